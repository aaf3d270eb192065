package com.acme.gpm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class BasisTest {
  /** Of a diagonal moment the directions are the axes, the largest first. */
  @Test
  void the_fewest_directions_hold_the_share() {
    Basis one = Basis.empty(3).grown(new float[] {1, 0, 0, 0, 6, 0, 0, 0, 3}, 0.6);
    assertEquals(1, one.size(), "6 of 10 are enough");
    assertArrayEquals(new double[] {0, 1, 0}, absolute(one.vectors().get(0)), 1e-12);

    Basis two = one.grown(new float[] {5, 0, 0, 0, 4, 0, 0, 0, 1}, 0.6);
    assertEquals(2, two.size(), "4 of 10 are there, 5 more are needed");
    assertArrayEquals(new double[] {1, 0, 0}, absolute(two.vectors().get(1)), 1e-12);
  }

  /** (2 1; 1 2) has 3 along (1, 1) and 1 along (1, -1). */
  @Test
  void a_direction_need_be_no_axis() {
    Basis basis = Basis.empty(2).grown(new float[] {2, 1, 1, 2}, 0.7);
    double half = Math.sqrt(0.5);
    assertEquals(1, basis.size());
    assertArrayEquals(new double[] {half, half}, absolute(basis.vectors().get(0)), 1e-12);
    Basis both = basis.grown(new float[] {2, 1, 1, 2}, 1);
    assertEquals(2, both.size());
    assertEquals(
        0,
        both.vectors().get(0)[0] * both.vectors().get(1)[0]
            + both.vectors().get(0)[1] * both.vectors().get(1)[1],
        1e-12,
        "orthogonal");
  }

  @Test
  void what_is_written_as_columns_is_read_again() {
    Basis basis = Basis.empty(2).grown(new float[] {2, 1, 1, 2}, 1);
    Basis again = Basis.read(2, basis.columns());
    for (int i = 0; i < 2; i++) {
      assertArrayEquals(basis.vectors().get(i), again.vectors().get(i), 1e-7);
    }
  }

  @Test
  void a_share_of_0_needs_no_direction() {
    assertEquals(0, Basis.empty(2).grown(new float[] {2, 1, 1, 2}, 0).size());
  }

  private static double[] absolute(double[] v) {
    double[] a = v.clone();
    for (int i = 0; i < a.length; i++) {
      a[i] = Math.abs(a[i]);
    }
    return a;
  }
}
