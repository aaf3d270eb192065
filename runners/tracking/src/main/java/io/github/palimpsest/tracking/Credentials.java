package io.github.palimpsest.tracking;

import io.github.palimpsest.api.PalimpsestException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The user's credentials for a server. They come only from the environment, which other users
 * cannot read, and have no text form.
 */
final class Credentials {
  private static final String USER = "MLFLOW_TRACKING_USERNAME";
  private static final String PASSWORD = "MLFLOW_TRACKING_PASSWORD";
  private static final String TOKEN = "MLFLOW_TRACKING_TOKEN";

  private final Optional<String> header;
  private final List<String> secrets;

  private Credentials(Optional<String> header, List<String> secrets) {
    this.header = header;
    this.secrets = List.copyOf(secrets);
  }

  /**
   * User and password, a token, or no credentials.
   *
   * @throws PalimpsestException if only one of user and password is set, or the token cannot be
   *     sent
   */
  static Credentials of(Map<String, String> environment) {
    String user = environment.getOrDefault(USER, "");
    String password = environment.getOrDefault(PASSWORD, "");
    String token = environment.getOrDefault(TOKEN, "");
    if (!user.isEmpty() && !password.isEmpty()) {
      byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
      String encoded = Base64.getEncoder().encodeToString(both);
      return new Credentials(Optional.of("Basic " + encoded), List.of(password, encoded));
    }
    if (!token.isEmpty()) {
      if (token.chars().anyMatch(c -> c <= ' ' || c > '~')) {
        throw new PalimpsestException(
            TOKEN + " holds a space, a line end or another character that no token has");
      }
      return new Credentials(Optional.of("Bearer " + token), List.of(token));
    }
    if (!user.isEmpty() || !password.isEmpty()) {
      List<String> both = new ArrayList<>(List.of(USER, PASSWORD));
      String missing = user.isEmpty() ? USER : PASSWORD;
      both.remove(missing);
      throw new PalimpsestException(both.get(0) + " is set, and " + missing + " is not");
    }
    return new Credentials(Optional.empty(), List.of());
  }

  /** The value of the header {@code Authorization}. */
  Optional<String> header() {
    return header;
  }

  /** A text without the secrets, which a server may repeat in its answers. */
  String hide(String text) {
    String hidden = text;
    for (String secret : secrets) {
      hidden = hidden.replace(secret, "***");
    }
    return hidden;
  }
}
