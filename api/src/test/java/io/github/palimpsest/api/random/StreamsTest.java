package io.github.palimpsest.api.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class StreamsTest {
  @Test
  void philox_gives_the_published_known_answers() {
    assertThat(Philox.rounds(new int[4], 0, 0))
        .containsExactly(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
    assertThat(Philox.rounds(new int[] {-1, -1, -1, -1}, -1, -1))
        .containsExactly(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
    assertThat(
            Philox.rounds(
                new int[] {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, 0xa4093822, 0x299f31d0))
        .containsExactly(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1);
  }

  @Test
  void a_stream_is_a_function_of_its_name_alone() {
    assertThat(Streams.stream(3, "epoch", 1, 2).longs(20).toArray())
        .containsExactly(Streams.stream(3, "epoch", 1, 2).longs(20).toArray());
  }

  @Test
  void streams_that_differ_in_one_part_of_the_name_are_different() {
    long first = Streams.stream(3, "epoch", 1, 2).nextLong();
    assertThat(
            new long[] {
              Streams.stream(4, "epoch", 1, 2).nextLong(),
              Streams.stream(3, "fisher", 1, 2).nextLong(),
              Streams.stream(3, "epoch", 2, 2).nextLong(),
              Streams.stream(3, "epoch", 1, 3).nextLong()
            })
        .doesNotContain(first)
        .doesNotHaveDuplicates();
  }

  @Test
  void numbers_are_uniform_to_within_five_standard_errors() {
    int n = 100_000;
    double mean = Streams.stream(1, "test", 0, 0).doubles(n).average().orElseThrow();
    assertThat(mean).isCloseTo(0.5, within(5 * Math.sqrt(1.0 / 12 / n)));
  }
}
