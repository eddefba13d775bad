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

export function invalid(message: string): DoorFault {
  return new DoorFault(400, message);
}
