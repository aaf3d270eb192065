package io.github.palimpsest.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.results.folder.ProbeResult;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class LandscapeDrawingTest {
  private static Landscape bowl() {
    TreeMap<String, Double> values = new TreeMap<>();
    for (int i = 0; i < 5; i++) {
      for (int j = 0; j < 5; j++) {
        values.put(
            String.format(Locale.ROOT, "z[%03d,%03d]", i, j),
            1.0 + (i - 2) * (i - 2) + (j - 2) * (j - 2));
      }
    }
    values.put("SC", 4.0);
    return Landscape.of(new ProbeResult("c", "loss-landscape(grid=5, span=2)", "a", 8, values))
        .orElseThrow();
  }

  @Test
  void a_measurement_with_a_grid_is_a_landscape_with_coordinates() {
    Landscape l = bowl();
    assertThat(l.z()[2][2]).as("the middle").isEqualTo(1);
    assertThat(l.values()).containsOnlyKeys("SC");
    assertThat(l.csv().lines()).hasSize(1 + 25).contains("-2.0,-2.0,9.0", "0.0,1.0,2.0");
    TreeMap<String, Double> none = new TreeMap<>();
    none.put("gap", 0.1);
    assertThat(Landscape.of(new ProbeResult("c", "sam-gap", "a", 8, none))).isEmpty();
  }

  @Test
  void the_same_landscape_gives_the_same_bytes_and_the_middle_is_the_lowest() throws IOException {
    LandscapeDrawing drawing = LandscapeDrawing.of(List.of(bowl())).get(0);
    byte[] png = drawing.png();
    assertThat(LandscapeDrawing.of(List.of(bowl())).get(0).png()).isEqualTo(png);
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    // the contour is the left half: 400 units at two pixels each, after a margin of two units
    int middle = image.getRGB(2 * 202, 2 * 202) & 0xffffff;
    int corner = image.getRGB(2 * 10, 2 * 10) & 0xffffff;
    assertThat(middle).isEqualTo(Integer.decode(Cividis.hex(0)));
    assertThat(corner).isEqualTo(Integer.decode(Cividis.hex(1)));
    assertThat(drawing.svg("a bowl").render()).contains("aria-label=\"a bowl\"", "<path");
  }
}
