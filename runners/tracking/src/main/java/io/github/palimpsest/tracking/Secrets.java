package io.github.palimpsest.tracking;

import java.util.regex.Pattern;

/** Hides the user and password of URIs in what trackers say of themselves. */
final class Secrets {
  private static final Pattern USER = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*://)[^/\\s@]*@");

  private Secrets() {}

  /** A text without what stands between {@code ://} and {@code @}. */
  static String hidden(String text) {
    return USER.matcher(text).replaceAll("$1***@");
  }
}
