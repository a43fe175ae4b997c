# What node-gyp expects beside Node's headers. An addon that uses Node-API alone needs no more of Node's own settings.
{
  'target_defaults': {
    'default_configuration': 'Release',
    'configurations': { 'Debug': {}, 'Release': {} },
    'cflags': ['-fPIC', '-pthread'],
    'ldflags': ['-pthread'],
    'conditions': [
      ['OS=="mac"', { 'xcode_settings': { 'OTHER_LDFLAGS': ['-undefined', 'dynamic_lookup'] } }],
    ],
  },
}
