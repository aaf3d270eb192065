package io.github.palimpsest.tracking;

import io.github.palimpsest.api.PalimpsestException;

/** Reports that a server did not carry out a request. */
final class MlflowException extends PalimpsestException {
  private static final long serialVersionUID = 1L;

  /** The status if the connection failed. */
  static final int CUT = 0;

  /** The status if no answer arrived in time. */
  static final int TIMED_OUT = -1;

  private final int status;
  private final String code;

  /**
   * @param status the HTTP status, or {@link #CUT}, or {@link #TIMED_OUT}
   * @param code MLflow's error code, or an empty string
   */
  MlflowException(String message, int status, String code) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** Whether the server may have carried out the request despite the error. */
  boolean isUnanswered() {
    return status == CUT || status == TIMED_OUT;
  }

  /** Whether the same request may succeed a moment later. */
  boolean isWorthAnotherTry() {
    return status == CUT || status == 429 || status == 502 || status == 503 || status == 504;
  }

  /** Whether the request itself is invalid, so that sending it again cannot succeed. */
  boolean isRefusal() {
    return status == 400 || status == 413 || status == 422;
  }

  /** Whether MLflow's error code has this name. */
  boolean is(String name) {
    return code.equals(name);
  }
}
