package io.github.palimpsest.results.folder;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.results.text.Printable;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The experiment trackers that show a grid while it runs.
 *
 * @param targets the trackers and their targets, in the order of the file
 */
public record Track(List<Target> targets) {
  /** No tracker. */
  public static final Track NONE = new Track(List.of());

  /** The tracker whose target is checked before anything is read or written. */
  private static final String MLFLOW = "mlflow";

  /** Copies the list. */
  public Track {
    targets = List.copyOf(targets);
  }

  /**
   * A tracker and its target.
   *
   * @param tracker the word that names the tracker
   * @param value its target, or all of its settings as {@code WORD(target="...", KEY=VALUE)}
   */
  public record Target(String tracker, String value) {
    /**
     * @throws PalimpsestException if the target contains a password, or is not an MLflow server
     */
    public Target {
      if (tracker.equals(MLFLOW) && !value.startsWith(MLFLOW + "(")) {
        server(value);
      } else if (HAS_USER.matcher(value).find()) {
        throw new PalimpsestException(
            "the target of tracker '"
                + Printable.of(tracker)
                + "' must not hold a user, a password or a token, which others could read: set"
                + " them in the environment, as the tracker's description says");
      }
    }

    /**
     * Reads {@code WORD=TARGET} or {@code WORD(target="...", KEY=VALUE)}.
     *
     * @throws PalimpsestException if the text is neither, or contains a password
     */
    public static Target parse(String text) {
      Matcher m = WRITTEN.matcher(text);
      if (!m.matches() || (m.group(2) == null && m.group(3).isEmpty())) {
        throw new PalimpsestException(
            "a tracker is named as WORD=TARGET or WORD(target=\"...\"), not '"
                + Printable.of(HAS_USER.matcher(text).replaceAll("://***@"))
                + "'");
      }
      return new Target(m.group(1), m.group(2) != null ? text : m.group(3));
    }
  }

  private static final Pattern HAS_USER = Pattern.compile("://[^/\\s\"]*@");

  private static final Pattern WRITTEN =
      Pattern.compile("(?s)([A-Za-z][A-Za-z0-9._-]*)(?:(\\(.*)|=(.*))");

  /**
   * Reads the URI of a server. A URI with a password or a token is refused before it can reach a
   * file, a log or the arguments of another process; the message does not repeat the secret.
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

  /** The text before and after the part that may be secret. */
  private static String withoutSecrets(String text) {
    int user = text.lastIndexOf('@');
    int scheme = text.indexOf("://");
    String begin = user < 0 || scheme < 0 || scheme > user ? "" : text.substring(0, scheme + 3);
    String rest = user < 0 ? text : "..." + text.substring(user);
    return "'" + Printable.of(begin + rest.replaceFirst("(?s)[?#].*", "...")) + "'";
  }
}
