/** The sixteen truth tables of two inputs, in the order of their outputs as binary numbers. */
export const truthTableNames = [
  ...['0', 'x₁ AND x₂', 'x₁ AND NOT x₂', 'x₁', 'NOT x₁ AND x₂', 'x₂', 'x₁ XOR x₂', 'x₁ OR x₂'],
  ...['x₁ NOR x₂', 'x₁ XNOR x₂', 'NOT x₂', 'x₁ OR NOT x₂', 'NOT x₁', 'NOT x₁ OR x₂', 'x₁ NAND x₂', '1'],
] as const;
