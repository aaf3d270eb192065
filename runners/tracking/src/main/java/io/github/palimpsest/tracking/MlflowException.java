package io.github.palimpsest.tracking;

import io.github.palimpsest.api.PalimpsestException;

/** A server that did not do what it was asked. */
final class MlflowException extends PalimpsestException {
  private static final long serialVersionUID = 1L;

  /** The status where the connection failed. */
  static final int CUT = 0;

  /** The status where no answer came in time. */
  static final int TIMED_OUT = -1;

  private final int status;
  private final String code;

  /**
   * @param status the HTTP status, or {@link #CUT}, or {@link #TIMED_OUT}
   * @param code MLflow's word for the error, or nothing
   */
  MlflowException(String message, int status, String code) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** Whether it may have been done all the same. */
  boolean isUnanswered() {
    return status == CUT || status == TIMED_OUT;
  }

  /** Whether the same may succeed a moment later. */
  boolean isWorthAnotherTry() {
    return status == CUT || status == 429 || status == 502 || status == 503 || status == 504;
  }

  /** Whether what was sent is wrong, so that sending it again is no use. */
  boolean isRefusal() {
    return status == 400 || status == 413 || status == 422;
  }

  /** Whether it is MLflow's error of this name. */
  boolean is(String name) {
    return code.equals(name);
  }
}
