/** What a provider made cannot be kept. Public text. */
export class OutputRefused extends Error {}
