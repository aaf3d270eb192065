package io.github.palimpsest.results.folder;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.results.text.Printable;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/**
 * The experiment trackers that show a grid while it runs.
 *
 * @param tensorboard a folder for TensorBoard's event files
 * @param mlflow the URI of an MLflow server
 */
public record Track(Optional<String> tensorboard, Optional<String> mlflow) {
  /** No tracker. */
  public static final Track NONE = new Track(Optional.empty(), Optional.empty());

  /**
   * @throws PalimpsestException if the URI is not one of a server, or holds a secret
   */
  public Track {
    mlflow.ifPresent(Track::server);
  }

  /**
   * Reads the URI of a server. One that holds a password or a token is refused before it can reach
   * a file, a log or the arguments of another process; the message does not repeat it.
   *
   * @throws PalimpsestException if it is not {@code http://HOST:PORT/PATH} or {@code https://}
   */
  public static URI server(String text) {
    if (text.contains("@") || text.contains("?") || text.contains("#")) {
      throw new PalimpsestException(
          "MLflow's URI, "
              + withoutSecrets(text)
              + ", must not hold a user, a password or a token, which others could read: set"
              + " MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN,"
              + " in the environment");
    }
    try {
      URI uri = new URI(text);
      boolean web = "http".equalsIgnoreCase(uri.getScheme()) || isSecure(uri);
      if (web && uri.getHost() != null && uri.getPort() <= 0xffff) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw wrong(text);
    }
    throw wrong(text);
  }

  private static boolean isSecure(URI uri) {
    return "https".equalsIgnoreCase(uri.getScheme());
  }

  private static PalimpsestException wrong(String text) {
    return new PalimpsestException(
        "MLflow's URI '" + Printable.of(text) + "' is not http://HOST:PORT or https://HOST:PORT");
  }

  /** What is before the part that may be secret, and after it. */
  private static String withoutSecrets(String text) {
    int user = text.lastIndexOf('@');
    int scheme = text.indexOf("://");
    String begin = user < 0 || scheme < 0 || scheme > user ? "" : text.substring(0, scheme + 3);
    String rest = user < 0 ? text : "..." + text.substring(user);
    return "'" + Printable.of(begin + rest.replaceFirst("(?s)[?#].*", "...")) + "'";
  }
}
