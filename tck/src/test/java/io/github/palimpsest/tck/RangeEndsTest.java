package io.github.palimpsest.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.component.AllowedValues;
import io.github.palimpsest.api.component.AllowedValues.Numbers;
import io.github.palimpsest.api.component.AllowedValues.NumbersOrSchedules;
import io.github.palimpsest.api.component.AllowedValues.Texts;
import io.github.palimpsest.api.component.AllowedValues.WholeNumbers;
import io.github.palimpsest.api.recipe.Value;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

final class RangeEndsTest {
  private static final double ANY = Double.MAX_VALUE;

  @Test
  void the_ends_of_a_range_are_tried_and_0_within_it() {
    tried(new Numbers(0, 1), 0, 1);
    tried(new Numbers(-1, 1), -1, 1, 0);
    tried(new NumbersOrSchedules(-2, 0), -2, 0);
    tried(new WholeNumbers(1, 100), 1, 100);
    tried(new Texts());
  }

  @Test
  void an_end_that_is_a_mere_limit_is_left_out_or_stands_for_a_negative_number() {
    tried(new Numbers(-ANY, ANY), 0);
    tried(new Numbers(0.5, ANY), 0.5);
    tried(new Numbers(-1e9, 1_001), -1e6, 0);
    tried(new WholeNumbers(2, 101), 2);
    tried(new WholeNumbers(Integer.MIN_VALUE, Integer.MAX_VALUE), 0);
  }

  private static void tried(AllowedValues allowed, double... ends) {
    assertThat(RangeEnds.of(allowed))
        .isEqualTo(DoubleStream.of(ends).<Value>mapToObj(Value.Num::new).toList());
  }
}
