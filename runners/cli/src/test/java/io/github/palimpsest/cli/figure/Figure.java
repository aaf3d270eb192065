package io.github.palimpsest.cli.figure;

import io.github.palimpsest.results.statistics.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Panels below each other in one SVG image. Every row is a recipe with its label above it, every
 * dot a measurement and every upright line the mean of a row. The colours follow the reader's light
 * or dark scheme.
 *
 * @param panels from top to bottom
 */
public record Figure(List<Panel> panels) {
  /** As wide as a phone can show without making letters small. */
  private static final int WIDTH = 460;

  private static final int LEFT = 20;
  private static final int RIGHT = WIDTH - 20;
  private static final int ROW = 36;
  private static final int HEAD = 30;
  private static final int SCALE = 30;

  private static final String STYLE =
      "svg{font:13px sans-serif}"
          + ".p{fill:#fff}text{fill:#222}.s{fill:#555;font-size:12px}.a{stroke:#ddd}"
          + ".b{fill:#777;stroke:#777}.t{fill:#00796b;stroke:#00796b}"
          + "@media(prefers-color-scheme:dark){.p{fill:#1e2129}text{fill:#eee}.s{fill:#bbb}"
          + ".a{stroke:#3a4150}.b{fill:#aaa;stroke:#aaa}.t{fill:#4db6ac;stroke:#4db6ac}}";

  /**
   * One quantity of several recipes on a common axis, which contains 0.
   *
   * @param title the quantity, with its unit and direction
   * @param rows from top to bottom
   */
  public record Panel(String title, List<Row> rows) {}

  /**
   * The measurements of a recipe.
   *
   * @param label the recipe
   * @param values at least one, for example one for each seed
   * @param base whether the others are compared with it
   * @param interval of the mean; null where none is drawn
   */
  public record Row(String label, List<Double> values, boolean base, @Nullable Interval interval) {
    /** A row without an interval. */
    public Row(String label, List<Double> values, boolean base) {
      this(label, values, base, null);
    }

    double mean() {
      return values.stream().mapToDouble(v -> v).average().orElseThrow();
    }
  }

  /** The image, a complete SVG document. */
  public String svg() {
    StringBuilder body = new StringBuilder();
    int y = 0;
    for (Panel panel : panels) {
      y = draw(panel, y, body);
    }
    String head =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$d\" height=\"%2$d\" viewBox=\"0 0 %1$d %2$d\" role=\"img\">%n"
            .formatted(WIDTH, y + 6);
    return (head
            + "<title>"
            + escaped(words())
            + "</title>\n<style>"
            + STYLE
            + "</style>\n<rect class=\"p\" width=\"100%\" height=\"100%\" rx=\"6\"/>\n"
            + body
            + "</svg>\n")
        .replace("\r\n", "\n");
  }

  /** What the image shows, in words: the mean of every row. */
  public String words() {
    return panels.stream()
        .map(
            panel ->
                panel.title()
                    + ": "
                    + panel.rows().stream()
                        .map(row -> row.label() + " " + number(row.mean()))
                        .collect(Collectors.joining(", ")))
        .collect(Collectors.joining(". "));
  }

  private static int draw(Panel panel, int top, StringBuilder out) {
    double low = Math.min(0, extreme(panel, false));
    double high = Math.max(0, extreme(panel, true));
    Axis axis = new Axis(low, low == high ? low + 1 : high);
    int y = top + HEAD;
    out.append("<text x=\"12\" y=\"%d\">%s</text>%n".formatted(y - 8, escaped(panel.title())));
    int bottom = y + ROW * panel.rows().size();
    for (double tick : axis.ticks()) {
      String x = at(axis.place(tick));
      out.append(
          "<path class=\"a\" d=\"M%s %dV%d\"%s/><text class=\"s\" x=\"%s\" y=\"%d\" text-anchor=\"middle\">%s</text>%n"
              .formatted(
                  x,
                  y,
                  bottom,
                  tick == 0 && low < 0 ? " stroke-width=\"3\"" : "",
                  x,
                  bottom + 15,
                  number(tick)));
    }
    for (Row row : panel.rows()) {
      int middle = y + ROW - 12;
      out.append(
          "<text class=\"s\" x=\"12\" y=\"%d\">%s</text><g class=\"%s\">"
              .formatted(y + 13, escaped(row.label()), row.base() ? "b" : "t"));
      for (double value : row.values()) {
        out.append(
            "<circle cx=\"%s\" cy=\"%d\" r=\"3.5\" fill-opacity=\".55\" stroke=\"none\"/>"
                .formatted(at(axis.place(value)), middle));
      }
      if (row.interval() != null) {
        out.append(
            "<path d=\"M%s %dH%s\" stroke-width=\"2.5\" stroke-opacity=\".7\"/>"
                .formatted(
                    at(axis.place(row.interval().low())),
                    middle,
                    at(axis.place(row.interval().high()))));
      }
      out.append(
          "<path d=\"M%s %dv14\" stroke-width=\"2.5\"/></g>%n"
              .formatted(at(axis.place(row.mean())), middle - 7));
      y += ROW;
    }
    return bottom + SCALE - 8;
  }

  private static double extreme(Panel panel, boolean largest) {
    List<Double> all = new ArrayList<>();
    for (Row row : panel.rows()) {
      all.addAll(row.values());
      if (row.interval() != null) {
        all.addAll(List.of(row.interval().low(), row.interval().high()));
      }
    }
    return all.stream()
        .mapToDouble(v -> v)
        .reduce(largest ? Math::max : Math::min)
        .orElseThrow(() -> new IllegalArgumentException("no value in " + panel.title()));
  }

  private static String at(double x) {
    return String.format(Locale.ROOT, "%.1f", x);
  }

  /** At most three digits after the point. */
  static String number(double value) {
    String three = String.format(Locale.ROOT, "%.3f", value).replaceFirst("\\.?0+$", "");
    return three.equals("-0") ? "0" : three;
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** Values from low to high, drawn from LEFT to RIGHT. */
  private record Axis(double low, double high) {
    double place(double value) {
      return LEFT + (RIGHT - LEFT) * (value - low) / (high - low);
    }

    /** Two to six round numbers. */
    List<Double> ticks() {
      double step = Math.pow(10, Math.floor(Math.log10(high - low)));
      for (double part : new double[] {0.5, 0.4, 0.5}) {
        if ((high - low) / step < 2) {
          step *= part;
        }
      }
      while ((high - low) / step > 5) {
        step *= 2;
      }
      List<Double> ticks = new ArrayList<>();
      for (long i = (long) Math.ceil(low / step); i * step <= high; i++) {
        ticks.add(i * step);
      }
      return ticks;
    }
  }
}
