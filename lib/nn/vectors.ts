// Parameters as one vector, and back.
import { checkList, ShapeError } from '../errors.ts';
import { cat } from '../functional/join.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';

/**
 * All elements of all tensors, one after the other: `(total)`. @source torch.nn.utils.parameters_to_vector
 * @example nn.utils.parametersToVector([tensor([[1, 2], [3, 4]]), tensor([5])]); // tensor([1, 2, 3, 4, 5])
 */
export function parametersToVector(parameters: Iterable<Tensor>): Tensor {
  return cat(tensorsOf('parametersToVector', parameters).map((parameter) => parameter.reshape(-1)));
}

/**
 * Lets each tensor be a window on a vector, in order; the tensors then share its memory.
 * @param vector - `(total)` with at least as many elements as all tensors together
 * @throws ShapeError for a shorter vector; no tensor has changed then
 * @source torch.nn.utils.vector_to_parameters
 * @example
 * const layer = new nn.Linear(2, 1);
 * nn.utils.vectorToParameters(tensor([1, 2, 3.5]), layer.parameters());
 * layer.bias; // Parameter containing: tensor([3.5000], requires_grad=True)
 */
export function vectorToParameters(vector: Tensor, parameters: Iterable<Tensor>): void {
  checkTensor('vectorToParameters', 'vector', vector);
  const list = tensorsOf('vectorToParameters', parameters);
  const total = list.reduce((sum, parameter) => sum + parameter.numel(), 0);
  if (total > vector.numel()) {
    throw new ShapeError(`vectorToParameters: expected a vector of ${total} elements, got ${vector.numel()}`);
  }
  let offset = 0;
  for (const parameter of list) {
    const count = parameter.numel();
    parameter.data = vector.narrow(0, offset, count).view(parameter.shape).data;
    offset += count;
  }
}

function tensorsOf(who: string, parameters: Iterable<Tensor>): Tensor[] {
  return checkList(who, 'parameters', parameters).map((x) => checkTensor(who, 'parameters', x));
}
