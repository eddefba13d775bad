/** Input that another protocol's door cannot take: the status and the words, whatever form the protocol gives them. */
export class DoorFault extends Error {
  override readonly name = 'DoorFault';
  readonly code = 'door_fault';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The fault of a body that is not as the protocol has it: status 400. */
export function invalid(message: string): DoorFault {
  return new DoorFault(400, message);
}
