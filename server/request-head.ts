/**
 * What is known of a request before its body, read from its headers in one pass: to ask for each header by its name
 * costs a call into the library each, and to know whether one comes twice takes the pass anyway.
 */

/** What the library gives of a request; valid only until the route's handler returns. */
export interface WireRequest {
  getHeader(lowerCaseName: string): string;
  getParameter(index: number): string | undefined;
  getQuery(key: string): string | undefined;
  forEach(visit: (lowerCaseName: string, value: string) => void): void;
}

/** Valid only until the route's handler returns: the next request is read into the same one. */
export class RequestHead {
  contentType = '';
  /** The last of them, and how many there are. */
  contentLength = '';
  contentLengths = 0;
  /** Whether there are several that are not the same. */
  contentLengthsDiffer = false;
  transferEncoding = '';
  transferEncodings = 0;
  hosts = 0;
  /** `x-request-timeout-ms`; undefined where there is none. */
  requestTimeout: string | undefined;
  #request: WireRequest | undefined;
  readonly #visit = (name: string, value: string): void => this.#note(name, value);

  /** The header's value, or ''. For those that are not read above. */
  getHeader(lowerCaseName: string): string {
    return this.#request?.getHeader(lowerCaseName) ?? '';
  }

  /** What stands in the path for the parameter of that number, from 0, as it was sent. */
  getParameter(index: number): string | undefined {
    return this.#request?.getParameter(index);
  }

  /** What the query has under that name, decoded; undefined where it has none. */
  getQuery(name: string): string | undefined {
    return this.#request?.getQuery(name);
  }

  read(request: WireRequest): this {
    this.contentType = '';
    this.contentLength = '';
    this.contentLengths = 0;
    this.contentLengthsDiffer = false;
    this.transferEncoding = '';
    this.transferEncodings = 0;
    this.hosts = 0;
    this.requestTimeout = undefined;
    this.#request = request;
    request.forEach(this.#visit);
    return this;
  }

  #note(name: string, value: string): void {
    // Most other names are told apart by their length.
    switch (name.length) {
      case 4:
        if (name === 'host') this.hosts += 1;
        break;
      case 12:
        if (name === 'content-type') this.contentType = value;
        break;
      case 14:
        if (name === 'content-length') this.#noteLength(value);
        break;
      case 17:
        if (name !== 'transfer-encoding') break;
        this.transferEncodings += 1;
        this.transferEncoding = value;
        break;
      case 20:
        if (name === 'x-request-timeout-ms') this.requestTimeout = value;
    }
  }

  #noteLength(value: string): void {
    this.contentLengthsDiffer ||= this.contentLengths > 0 && value !== this.contentLength;
    this.contentLengths += 1;
    this.contentLength = value;
  }
}
