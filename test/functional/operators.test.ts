// Every operator against its row.
import { describe, test } from 'vitest';
import { checkOperator, type Row } from '../support/check-operator.ts';
import { binaryRows, selectRows } from './binary.rows.ts';
import { unaryRows } from './unary.rows.ts';

const families: { readonly [family: string]: { readonly [name: string]: Row | readonly Row[] } } = {
  unary: unaryRows,
  binary: binaryRows,
  select: selectRows,
};

describe.each(Object.entries(families))('%s', (_family, rows) => {
  test.each(Object.entries(rows))('%s', (_name, row) => {
    for (const one of Array.isArray(row) ? row : [row]) checkOperator(one);
  });
});
