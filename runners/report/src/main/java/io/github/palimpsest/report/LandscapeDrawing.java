package io.github.palimpsest.report;

import static j2html.TagCreator.tag;

import j2html.tags.ContainerTag;
import j2html.tags.DomContent;
import j2html.tags.Tag;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;

/**
 * A landscape as patches of colour: from above with lines of equal loss, and as a surface. The same
 * patches make the picture in a page and the one in a file. All compared landscapes share one
 * colour scale, which is logarithmic if the loss is positive.
 */
public final class LandscapeDrawing {
  private static final int SIDE = 400;
  private static final int LEVELS = 9;
  private static final double RISE = 0.5;

  private final Landscape landscape;
  private final double low;
  private final double high;

  /**
   * @param landscape the landscape
   * @param low the lowest loss of all that are compared
   * @param high the highest
   */
  public LandscapeDrawing(Landscape landscape, double low, double high) {
    this.landscape = landscape;
    this.low = low;
    this.high = high;
  }

  /** The drawings of landscapes that are compared, on one scale. */
  public static List<LandscapeDrawing> of(List<Landscape> compared) {
    double low = compared.stream().mapToDouble(Landscape::lowest).min().orElse(0);
    double high = compared.stream().mapToDouble(Landscape::highest).max().orElse(1);
    return compared.stream().map(l -> new LandscapeDrawing(l, low, high)).toList();
  }

  /** Where two ends of the colour scale are. */
  double[] ends() {
    return new double[] {low, high};
  }

  Landscape landscape() {
    return landscape;
  }

  /**
   * A polygon, or a line if it has two points; coordinates from 0 to 1, downwards.
   *
   * @param share its place on the scale
   * @param line whether it is a line, which is black or white, whichever has more contrast
   */
  private record Patch(double[] x, double[] y, double share, boolean line) {}

  private double share(double z) {
    if (high <= low) {
      return 0.5;
    }
    return low > 0
        ? (Math.log(z) - Math.log(low)) / (Math.log(high) - Math.log(low))
        : (z - low) / (high - low);
  }

  private List<Patch> contour() {
    double[][] z = landscape.z();
    int n = z.length;
    List<Patch> patches = new ArrayList<>();
    // a point's colour fills the square around it, cut at the border
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double x0 = Math.max(0, (i - 0.5) / (n - 1));
        double x1 = Math.min(1, (i + 0.5) / (n - 1));
        double y0 = 1 - Math.min(1, (j + 0.5) / (n - 1));
        double y1 = 1 - Math.max(0, (j - 0.5) / (n - 1));
        patches.add(
            new Patch(
                new double[] {x0, x1, x1, x0},
                new double[] {y0, y0, y1, y1},
                share(z[i][j]),
                false));
      }
    }
    for (int level = 1; level <= LEVELS; level++) {
      lines(patches, z, (double) level / (LEVELS + 1));
    }
    return patches;
  }

  /** Lines of equal loss: at most one line crosses each of the two triangles of a square. */
  private void lines(List<Patch> patches, double[][] z, double level) {
    int n = z.length;
    for (int i = 0; i + 1 < n; i++) {
      for (int j = 0; j + 1 < n; j++) {
        int[][][] triangles = {
          {{i, j}, {i + 1, j}, {i + 1, j + 1}}, {{i, j}, {i, j + 1}, {i + 1, j + 1}}
        };
        for (int[][] t : triangles) {
          double[] x = new double[2];
          double[] y = new double[2];
          int found = 0;
          for (int e = 0; e < 3; e++) {
            int[] a = t[e];
            int[] b = t[(e + 1) % 3];
            double za = share(z[a[0]][a[1]]) - level;
            double zb = share(z[b[0]][b[1]]) - level;
            if ((za < 0) != (zb < 0) && found < 2) {
              double s = za / (za - zb);
              x[found] = (a[0] + s * (b[0] - a[0])) / (n - 1);
              y[found] = 1 - (a[1] + s * (b[1] - a[1])) / (n - 1);
              found++;
            }
          }
          if (found == 2) {
            patches.add(new Patch(x, y, level, true));
          }
        }
      }
    }
  }

  /** Seen from the corner of the largest coordinates, the farthest squares first. */
  private List<Patch> surface() {
    double[][] z = landscape.z();
    int n = z.length;
    List<Patch> patches = new ArrayList<>();
    for (int sum = 0; sum <= 2 * (n - 2); sum++) {
      for (int i = Math.max(0, sum - n + 2); i <= Math.min(n - 2, sum); i++) {
        int j = sum - i;
        int[][] corners = {{i, j}, {i + 1, j}, {i + 1, j + 1}, {i, j + 1}};
        double[] x = new double[4];
        double[] y = new double[4];
        double mean = 0;
        for (int c = 0; c < 4; c++) {
          double u = (double) corners[c][0] / (n - 1);
          double v = (double) corners[c][1] / (n - 1);
          double height = share(z[corners[c][0]][corners[c][1]]);
          x[c] = 0.5 + 0.5 * (u - v);
          y[c] = RISE * (1 - height) + (1 - RISE) * (u + v) / 2;
          mean += height / 4;
        }
        patches.add(new Patch(x, y, mean, false));
      }
    }
    return patches;
  }

  /** Contour and surface next to each other, for a page; lines have the colour of its text. */
  DomContent svg(String label) {
    ContainerTag<? extends Tag<?>> svg =
        tag("svg")
            .attr("viewBox", "0 0 " + (2 * SIDE + 40) + " " + (SIDE + 4))
            .attr("class", "drawing")
            .attr("role", "img")
            .attr("aria-label", label);
    draw(svg, contour(), 2);
    draw(svg, surface(), SIDE + 38);
    return svg;
  }

  private static void draw(ContainerTag<? extends Tag<?>> svg, List<Patch> patches, double left) {
    for (Patch p : patches) {
      StringBuilder path = new StringBuilder();
      for (int k = 0; k < p.x().length; k++) {
        path.append(k == 0 ? "M" : "L")
            .append(
                String.format(
                    Locale.ROOT, "%.1f %.1f", left + SIDE * p.x()[k], 2 + SIDE * p.y()[k]));
      }
      boolean line = p.line();
      String colour = line ? Cividis.text(p.share()) : Cividis.hex(p.share());
      svg.with(
          tag("path")
              .attr("d", line ? path.toString() : path + "Z")
              .attr("fill", line ? "none" : colour)
              .attr("stroke", colour)
              .attr("stroke-width", line ? "1.2" : "1"));
    }
  }

  /** Contour and surface next to each other on white, as a PNG. */
  public byte[] png() {
    int scale = 2;
    BufferedImage image =
        new BufferedImage(scale * (2 * SIDE + 40), scale * (SIDE + 4), BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    try {
      g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
      g.setColor(Color.WHITE);
      g.fillRect(0, 0, image.getWidth(), image.getHeight());
      g.scale(scale, scale);
      draw(g, contour(), 2);
      draw(g, surface(), SIDE + 38);
    } finally {
      g.dispose();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void draw(Graphics2D g, List<Patch> patches, double left) {
    for (Patch p : patches) {
      Path2D path = new Path2D.Double();
      for (int k = 0; k < p.x().length; k++) {
        double x = left + SIDE * p.x()[k];
        double y = 2 + SIDE * p.y()[k];
        if (k == 0) {
          path.moveTo(x, y);
        } else {
          path.lineTo(x, y);
        }
      }
      boolean line = p.line();
      g.setColor(Color.decode(line ? Cividis.text(p.share()) : Cividis.hex(p.share())));
      if (!line) {
        path.closePath();
        g.fill(path);
      }
      g.setStroke(new BasicStroke(line ? 1.2f : 1f));
      g.draw(path);
    }
  }
}
