/** Something that the administrator can mend keeps Portico from starting; the message says what and how. */
export class StartError extends Error {}
