package io.github.palimpsest.report;

import java.util.Locale;

/**
 * A scale of colours that grows evenly in lightness and reads the same with any kind of colour
 * vision.
 *
 * <p>After Nuñez, Anderton and Renslow 2018, Optimizing colormaps with consideration for color
 * vision deficiency (arXiv:1712.01662); interpolated between nine of its colours.
 */
final class Cividis {
  private static final int[][] STOPS = {
    {0, 34, 78},
    {26, 56, 111},
    {61, 78, 108},
    {90, 100, 111},
    {117, 122, 119},
    {146, 145, 120},
    {178, 170, 111},
    {213, 197, 92},
    {254, 232, 56}
  };

  private Cividis() {}

  /** Red, green and blue, each from 0 to 255. */
  static int[] rgb(double share) {
    double at = Math.min(1, Math.max(0, share)) * (STOPS.length - 1);
    int low = Math.min(STOPS.length - 2, (int) at);
    int[] rgb = new int[3];
    for (int c = 0; c < 3; c++) {
      rgb[c] = (int) Math.round(STOPS[low][c] + (at - low) * (STOPS[low + 1][c] - STOPS[low][c]));
    }
    return rgb;
  }

  static String hex(double share) {
    int[] c = rgb(share);
    return String.format(Locale.ROOT, "#%02x%02x%02x", c[0], c[1], c[2]);
  }

  /** Black or white, whichever is easier to read on the colour. */
  static String text(double share) {
    int[] c = rgb(share);
    return luminance(c) > 0.179 ? "#000000" : "#ffffff";
  }

  private static double luminance(int[] rgb) {
    double[] weights = {0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (int i = 0; i < 3; i++) {
      double v = rgb[i] / 255.0;
      sum += weights[i] * (v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4));
    }
    return sum;
  }

  /** The scale from left to right, for a legend. */
  static String gradient() {
    StringBuilder stops = new StringBuilder("linear-gradient(to right");
    for (int i = 0; i < STOPS.length; i++) {
      stops.append(", ").append(hex((double) i / (STOPS.length - 1)));
    }
    return stops.append(')').toString();
  }
}
