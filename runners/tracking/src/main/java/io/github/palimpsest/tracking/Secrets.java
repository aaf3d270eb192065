package io.github.palimpsest.tracking;

import java.util.regex.Pattern;

/** Hides the user and password of URIs in the messages of trackers. */
final class Secrets {
  private static final Pattern USER = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*://)[^/\\s@]*@");

  private Secrets() {}

  /** A text with the part between {@code ://} and {@code @} replaced by asterisks. */
  static String hidden(String text) {
    return USER.matcher(text).replaceAll("$1***@");
  }
}
