package io.github.palimpsest.results.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FractionalFactorialTest {
  /** The table of Box, Hunter and Hunter, Statistics for Experimenters (1978), table 12.15. */
  @ParameterizedTest(name = "2^({0}-{1}) has resolution {2}")
  @CsvSource({
    "3,1,3", "4,1,4", "5,1,5", "5,2,3", "6,1,6", "6,2,4", "6,3,3", "7,1,7", "7,2,4", "7,3,4",
    "7,4,3", "8,1,8", "8,2,5", "8,3,4", "8,4,4", "9,2,6", "9,3,4", "9,4,4", "9,5,3", "10,3,5",
    "10,4,4", "10,5,4", "10,6,3", "11,4,5", "11,5,4", "11,6,4", "11,7,3"
  })
  void the_best_fraction_has_the_resolution_of_the_standard_table(int k, int p, int resolution) {
    FractionalFactorial design = FractionalFactorial.best(k, p).orElseThrow();
    assertThat(design.resolution()).isEqualTo(resolution);
    assertThat(IntStream.range(0, 1 << k).filter(design::contains))
        .as("one run in 2^p")
        .hasSize(1 << (k - p));
  }

  @Test
  void effects_that_are_aliases_have_the_same_contrast_over_the_runs_and_others_are_orthogonal() {
    FractionalFactorial design = FractionalFactorial.best(6, 2).orElseThrow();
    int[] runs = IntStream.range(0, 1 << 6).filter(design::contains).toArray();
    for (int a = 1; a < 1 << 6; a++) {
      for (int b = a + 1; b < 1 << 6; b++) {
        int product = 0;
        for (int run : runs) {
          product += Integer.bitCount((a ^ b) & run) % 2 == 0 ? 1 : -1;
        }
        assertThat(product)
            .as("inner product of the contrasts of %s and %s", a, b)
            .isEqualTo(design.aliases(a).contains(b) ? runs.length : 0);
      }
    }
  }

  @Test
  void the_search_takes_the_least_aberration() {
    // Fries and Hunter (1980): of the 2^(7-2) of resolution IV, one has a single word of length 4
    FractionalFactorial design = FractionalFactorial.best(7, 2).orElseThrow();
    assertThat(design.words()).filteredOn(w -> Integer.bitCount(w) == 4).hasSize(1);
  }

  @Test
  void generators_that_depend_on_one_another_are_refused() {
    assertThatThrownBy(() -> new FractionalFactorial(4, List.of(0b1111, 0b1111)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(FractionalFactorial.best(3, 2)).as("no resolution III").isEmpty();
  }
}
