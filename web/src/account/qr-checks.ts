/** The check words of a block by Reed and Solomon: as many as are asked for, for data words of eight bits each. */
export function checkWords(count: number): (words: readonly number[]) => number[] {
  const divisor = checkDivisor(count)
  return (words) => remainder(words, divisor)
}

/** In the field of 256 elements with the polynomial 0x11d. */
function multiply(a: number, b: number): number {
  let product = 0
  for (let at = 7; at >= 0; at--) {
    product = (product << 1) ^ ((product >>> 7) * 0x11d)
    product ^= ((b >>> at) & 1) * a
  }
  return product
}

function checkDivisor(degree: number): number[] {
  const result = new Array<number>(degree).fill(0)
  result[degree - 1] = 1
  let root = 1
  for (let turn = 0; turn < degree; turn++) {
    for (let at = 0; at < degree; at++)
      result[at] = multiply(result[at] as number, root) ^ (result[at + 1] ?? 0)
    root = multiply(root, 2)
  }
  return result
}

function remainder(words: readonly number[], divisor: readonly number[]): number[] {
  const result = new Array<number>(divisor.length).fill(0)
  for (const word of words) {
    const factor = word ^ (result.shift() as number)
    result.push(0)
    divisor.forEach((coefficient, at) => {
      result[at] = (result[at] as number) ^ multiply(coefficient, factor)
    })
  }
  return result
}
