package com.acme.regmean;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

class LeastSquaresTest {
  /** G1 = diag(1, 3) and G2 = diag(3, 1): each entry is the mean that its inputs weight. */
  @Test
  void of_diagonal_moments_it_is_the_weighted_mean() {
    LeastSquares sum = new LeastSquares(2);
    sum.add(new float[] {1, 0, 0, 3}, 1, new float[] {4, 4});
    sum.add(new float[] {3, 0, 0, 1}, 1, new float[] {8, 8});
    // (1 * 4 + 3 * 8) / 4 and (3 * 4 + 1 * 8) / 4
    assertArrayEquals(new float[] {7, 5}, sum.solved(), 1e-4f);
  }

  /**
   * G1 = (2 1; 1 2) with W1 = (1, 0), G2 = I with W2 = (0, 1): the left side is (3 1; 1 3), the
   * right side (2, 1) + (0, 1) = (2, 2), so W = (1/2, 1/2). Without the entries beside the diagonal
   * it is diag(3, 3) and (2, 0) + (0, 1), so W = (2/3, 1/3).
   */
  @Test
  void entries_beside_the_diagonal_count_by_their_factor() {
    LeastSquares whole = new LeastSquares(2);
    whole.add(new float[] {2, 1, 1, 2}, 1, new float[] {1, 0});
    whole.add(new float[] {1, 0, 0, 1}, 1, new float[] {0, 1});
    assertArrayEquals(new float[] {0.5f, 0.5f}, whole.solved(), 1e-5f);

    LeastSquares diagonal = new LeastSquares(2);
    diagonal.add(new float[] {2, 1, 1, 2}, 0, new float[] {1, 0});
    diagonal.add(new float[] {1, 0, 0, 1}, 0, new float[] {0, 1});
    assertArrayEquals(new float[] {2 / 3f, 1 / 3f}, diagonal.solved(), 1e-5f);
  }

  @Test
  void what_no_input_uses_is_the_mean() {
    LeastSquares sum = new LeastSquares(2);
    sum.add(new float[] {1, 0, 0, 0}, 1, new float[] {1, 2});
    sum.add(new float[] {1, 0, 0, 0}, 1, new float[] {3, 6});
    assertArrayEquals(new float[] {2, 4}, sum.solved(), 1e-4f);
  }
}
