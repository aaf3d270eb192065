package io.github.palimpsest.serve;

/** A request that is answered with an error. */
final class RequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Nobody reads the answer; nginx counts such requests under this status too. */
  static final int GONE = 499;

  private final int status;

  RequestException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** A request that can never be answered. */
  static RequestException bad(String message) {
    return new RequestException(400, message);
  }

  int status() {
    return status;
  }

  String what() {
    return String.valueOf(getMessage());
  }

  /** The type of the error, in OpenAI's words. */
  String type() {
    return switch (status) {
      case 401 -> "authentication_error";
      case 404 -> "not_found_error";
      case 429 -> "rate_limit_error";
      default -> status < 500 ? "invalid_request_error" : "server_error";
    };
  }
}
