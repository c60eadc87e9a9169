// The tokens of a page's `tokenProvider`, and how requests are sent with them.

// A token that expires this soon is not used any more, in milliseconds.
const EARLY = 30_000;

export class Tokens {
  provider;
  #token = null;
  #expires = Infinity;
  // Why the next one is asked for.
  #reason = "start";
  // The promise of one that was asked for.
  #asked = null;

  /** @param provider ({ reason }) gives a token, or `{ token, expires }`, or nothing if nobody is signed in */
  constructor(provider) {
    this.provider = provider;
  }

  /**
   * Sends a request by `send`, at once if there is a token. A read that is not let in is sent once more, with another
   * token. Nothing else is ever repeated here.
   */
  fetch(request, send) {
    const isRead = request.method === "GET";
    const again = isRead && request.clone();
    const isFresh = this.#token && Date.now() < this.#expires - EARLY;
    // One that outlives the page can't wait.
    if (isFresh || request.keepalive) {
      const token = this.#token;
      return send(request, token).then((response) => this.#look(response, token, again, send));
    }
    if (this.#token) this.#reason = "expired";
    return this.#ask().then(async (token) => {
      if (!token) return new Response(null, { status: 401 });
      return this.#look(await send(request, token), token, again, send);
    });
  }

  // 403 may be about something else than the token, where it is no read.
  async #look(response, token, again, send) {
    const isRefused = response.status === 401 || (again && response.status === 403);
    if (!isRefused) return response;
    if (this.#token === token) {
      this.#token = null;
      this.#reason = "refused";
    }
    if (!again) return response;
    const other = this.#token ?? (await this.#ask());
    return other && other !== token ? send(again, other) : response;
  }

  // One at a time, for all that wait.
  #ask() {
    this.#asked ??= this.#get().finally(() => (this.#asked = null));
    return this.#asked;
  }

  async #get() {
    let given = null;
    try {
      given = await this.provider({ reason: this.#reason });
    } catch (error) {
      // The page's own, and nobody else sees it.
      reportError(error);
    }
    const { token, expires } = typeof given === "string" ? { token: given } : (given ?? {});
    this.#token = token || null;
    this.#expires = expires == null ? Infinity : Number(expires);
    return this.#token;
  }
}
