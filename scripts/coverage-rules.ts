// Which names of PyTorch are spelled otherwise here, and which are left out, by rule.

/** Names whose spelling is not the one in camelCase. */
export const renames: Readonly<Record<string, string>> = {
  'Tensor.index_put': 'indexPut',
  'Tensor.numpy': 'toTypedArray',
  'Tensor.map2_': 'map2_',
  'autograd.grad_mode': 'noGrad',
  'torch.from_numpy': 'tensor',
  'torch.set_printoptions': 'setPrintoptions',
  'torch.set_anomaly_enabled': 'setDetectAnomaly',
  'torch.svd_lowrank': 'svdLowrank',
  'torch.var': 'variance',
  'Tensor.untyped_storage': 'storage',
};

/** A reason, and the names that it holds for as a pattern on `namespace.name`. */
const rules: readonly (readonly [reason: string, names: RegExp])[] = [
  [
    'GPU and other devices',
    /\.(cuda|ipu|xpu|mtia|is_(cuda|ipu|maia|mps|mtia|vulkan|xla|xpu|meta|pinned|shared|vulkan_available)|pin_memory|record_stream|get_device.*|cudnn_.*|miopen_.*|set_default_device|get_default_device|save_on_cpu|share_memory_?|DataParallel|batch_norm_(stats|elemt|gather.*|backward.*|update_stats))$/,
  ],
  [
    'quantised tensors',
    /\.(q_.*|qscheme|int_repr|dequantize|is_quantized|quantize.*|empty_quantized|fake_quantize.*|fbgemm.*|fused_moving.*|choose_qparams.*)$/,
  ],
  [
    'sparse and nested tensors',
    /\.(.*sparse.*|.*(coalesce|coalesced)|c?(col|row)_indices(_copy)?|ccol_indices.*|crow_indices.*|indices(_copy)?|values(_copy)?|dense_dim|to_dense|to_padded_tensor|is_nested|smm|hsmm|hspmm|dsmm|spmm|saddmm|sspaddmm)$/,
  ],
  [
    'complex numbers',
    /\.(cdouble|cfloat|chalf|complex|imag|polar|view_as_(complex|real)(_copy)?|stft|istft|eig|eigvals)$/,
  ],
  ['named dimensions', /\.(align_.*|has_names|names|name|refine_names|rename_?)$/],
  [
    'compilers and graph capture',
    /^torch\.(compile|cond|while_loop|fork|wait|import_ir.*|parse_.*|merge_type.*|unify_type.*|sym_.*|get_file_path|init_num_threads|classproperty|.*vital.*|compiled_with.*|get_autocast.*)$|^func\.functionalize$/,
  ],
  ['autocast: dtypes are explicit', /\.(.*autocast.*)$/],
  ['other processes', /\.(is_distributed|prepare_multiprocessing_environment|get_worker_info)$/],
  [
    'results are the same in every run, without a mode for it',
    /\.(.*deterministic.*|set_flush_denormal|.*float32_matmul_precision|set_multithreading_enabled|is_anomaly_check_nan_enabled)$/,
  ],
  ['threads are one pool', /\.(get|set)_num_interop_threads$/],
  ['foreign libraries', /\.(mkldnn_.*|to_mkldnn|is_mkldnn|from_dlpack|to_dlpack|from_file)$/],
  [
    'inner functions of PyTorch',
    /\.(native_(batch_norm|dropout|group_norm|layer_norm|norm)|.*_backward_.*|batch_norm_.*|affine_grid_generator|grid_sampler.*|convolution|constant_pad_nd|embedding_renorm_|(gru|lstm|rnn_tanh|rnn_relu)(_cell)?|max_pool1d_with_indices|has_torch_function.*|handle_torch_function|boolean_dispatch|assert_int_or_pair|NestedIOFunction|norm_except_dim|slice_inverse|as_subclass|module_load|feature_dropout_?|alpha_dropout_|feature_alpha_dropout_|dropout_|is_storage|untyped_storage|storage_type|dim_order|layout|data_ptr|_DatasetKind|frobenius_norm|nuclear_norm|typename)$/,
  ],
  [
    'removed or deprecated in PyTorch itself',
    /\.(Container|symeig|lstsq|matrix_rank|solve|volatile|new|resize|resize_as|reinforce|set_default_tensor_type|Variable|variable)$/,
  ],
  ['one memory format', /\.convert_conv[23]d_weight_memory_format$/],
  [
    'data pipes, which PyTorch gave up',
    /^utils\.data\.(.*DataPipe|DataChunk|.*datapipe|argument_validation|.*datapipes.*|non_deterministic|runtime_validation.*)$/,
  ],
  ['types and optional methods, which no object has at run time', /\.(Dataset|GradientEdge|[gs]et_extra_state)$/],
];

/** Names that should be here one day; the test fails where another one is missing. */
const open: ReadonlySet<string> = new Set();

/** Why a name of PyTorch is left out, or null if it should be here. */
export function reasonFor(space: string, name: string): string | null {
  return rules.find(([, names]) => names.test(`${space}.${name}`))?.[0] ?? null;
}

/** Whether a name is known to be missing. */
export function isOpen(name: string): boolean {
  return open.has(name);
}
