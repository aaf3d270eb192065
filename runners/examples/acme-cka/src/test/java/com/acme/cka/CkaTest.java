package com.acme.cka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.palimpsest.api.data.HostArray;
import org.junit.jupiter.api.Test;

class CkaTest {
  private static double[][] rows(float... values) {
    return Cka.centred(new HostArray.Floats(values, values.length / 2, 2));
  }

  @Test
  void a_rotation_and_a_scale_change_nothing() {
    double[][] x = rows(1, 2, 3, -1, 0, 5);
    double[][] turned = rows(-4, 2, 2, 6, -10, 0); // (x, y) to 2 (-y, x)
    assertEquals(1, Cka.alignment(x, turned), 1e-12);
  }

  /**
   * X has the rows (1, 0), (-1, 0), (0, 0) and Y the rows (1, 0), (1, 0), (-2, 0), both centred:
   * x.y = 0, so nothing is alike. With Z = (1, 0), (0, 0), (-1, 0): (x.z)^2 / (x.x z.z) = 1 / 4.
   */
  @Test
  void of_one_column_it_is_the_squared_correlation() {
    double[][] x = rows(1, 0, -1, 0, 0, 0);
    assertEquals(0, Cka.alignment(x, rows(1, 0, 1, 0, -2, 0)), 1e-12);
    assertEquals(0.25, Cka.alignment(x, rows(1, 0, 0, 0, -1, 0)), 1e-12);
  }

  @Test
  void representations_that_do_not_vary_are_alike_to_their_own_kind_alone() {
    double[][] still = rows(1, 2, 1, 2);
    assertEquals(1, Cka.alignment(still, still));
    assertEquals(0, Cka.alignment(still, rows(1, 2, 3, 4)));
  }
}
