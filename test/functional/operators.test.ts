// Every operator against its row.
import { describe, test } from 'vitest';
import { checkOperator, type Row } from '../support/check-operator.ts';
import { binaryRows, selectRows } from './binary.rows.ts';
import { indexingRows, valueRows } from './indexing.rows.ts';
import { activationRows, dropoutRows, lossRows } from './loss.rows.ts';
import { convRows, matmulRows, poolingRows } from './matmul.rows.ts';
import { reduceRows, softmaxRows } from './reduce.rows.ts';
import { plainActivationRows, unaryRows } from './unary.rows.ts';
import { copyRows, joinRows, viewRows } from './views.rows.ts';

const families: { readonly [family: string]: { readonly [name: string]: Row | readonly Row[] } } = {
  unary: unaryRows,
  binary: binaryRows,
  select: selectRows,
  reduce: reduceRows,
  softmax: softmaxRows,
  views: viewRows,
  copies: copyRows,
  join: joinRows,
  matmul: matmulRows,
  conv: convRows,
  pooling: poolingRows,
  indexing: indexingRows,
  values: valueRows,
  plainActivation: plainActivationRows,
  activation: activationRows,
  loss: lossRows,
  dropout: dropoutRows,
};

describe.each(Object.entries(families))('%s', (_family, rows) => {
  test.each(Object.entries(rows))('%s', (_name, row) => {
    for (const one of Array.isArray(row) ? row : [row]) checkOperator(one);
  });
});
