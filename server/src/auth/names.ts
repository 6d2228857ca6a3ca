const LINK = /:\/\/|\bwww\./i

/** Whether a name would put a stranger's link into a letter of ours: mail programs make links of what looks like one. */
export function holdsLink(name: string): boolean {
  return LINK.test(name)
}
