{
  'target_defaults': {
    'include_dirs': ['native', '<!(node -p "require(\'node-addon-api\').include_dir")'],
    # Only from 10 on does node-addon-api expect the status with which a terminated worker refuses an exception.
    'defines': ['NAPI_VERSION=10', 'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS', 'NAPI_DISABLE_CPP_EXCEPTIONS'],
    'cflags_cc!': ['-std=gnu++17', '-std=gnu++20', '-fno-omit-frame-pointer', '-fno-exceptions'],
    'cflags_cc': ['<!@(node -p "require(\'./native/sources.json\').flags.join(\' \')")'],
    'xcode_settings': { 'OTHER_CPLUSPLUSFLAGS': ['<!@(node -p "require(\'./native/sources.json\').flags.join(\' \')")'] },
  },
  'targets': [
    {
      'target_name': 'flambeau',
      'sources': ['<!@(node -p "require(\'./native/sources.json\').sources.join(\' \')")'],
      'dependencies': ['flambeau_baseline'],
      'conditions': [
        ['target_arch=="x64"', { 'dependencies': ['flambeau_avx2', 'flambeau_avx512'] }],
        ['target_arch=="arm64"', { 'dependencies': ['flambeau_neon'] }],
        # Node unloads the addon with the last worker that loaded it; the pool of memory must outlive that.
        ['OS=="linux"', { 'ldflags': ['-Wl,-z,nodelete'] }],
      ],
    },
    { 'target_name': 'flambeau_baseline', 'type': 'static_library', 'sources': ['native/isa/baseline.cc'] },
  ],
  'conditions': [
    ['target_arch=="x64"', {
      'targets': [
        {
          'target_name': 'flambeau_avx2',
          'type': 'static_library',
          'sources': ['native/isa/avx2.cc'],
          'cflags_cc': ['<!@(node -p "require(\'./native/sources.json\').isa.x64.avx2.join(\' \')")'],
        },
        {
          'target_name': 'flambeau_avx512',
          'type': 'static_library',
          'sources': ['native/isa/avx512.cc'],
          'cflags_cc': ['<!@(node -p "require(\'./native/sources.json\').isa.x64.avx512.join(\' \')")'],
        },
      ],
    }],
    ['target_arch=="arm64"', {
      'targets': [
        { 'target_name': 'flambeau_neon', 'type': 'static_library', 'sources': ['native/isa/neon.cc'] },
      ],
    }],
  ],
}
