package io.github.palimpsest.api.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DrawsTest {
  private static RandomGenerator stream() {
    return Streams.stream(7, "adapter", 2, 0);
  }

  /** A method that a newer JDK adds must get a definition here, or be refused. */
  @Test
  void no_draw_is_inherited_from_the_jdk() {
    List<String> inherited =
        Stream.of(Philox.class.getMethods())
            .filter(m -> m.getDeclaringClass() == RandomGenerator.class)
            .filter(m -> !Modifier.isStatic(m.getModifiers()))
            .map(Method::getName)
            .toList();
    assertThat(inherited).containsExactly("isDeprecated");
  }

  /** Numbers of Java 17's default methods on the same words. */
  @ParameterizedTest
  @CsvSource({
    "1, epoch, 0, 0x1.0a6950513c42ep1, -0x1.1085c37bad7d1p-2, 0x1.f2ed06f8aadb6p-3,"
        + " -0x1.26083fc2bc3e5p0",
    "3, quickstart-weights, 0, 0x1.7110fb0c05fe8p0, -0x1.7cb583e2d38bap-2,"
        + " -0x1.331261b16a252p-1, 0x1.9a6aecec7bc5ap-1",
    "7, adapter, 2, 0x1.537efe3550a93p0, 0x1.cdcc68557e681p-1, -0x1.6221919f3c804p-2,"
        + " 0x1.3c35a6c36f094p0"
  })
  void gaussian_numbers_have_golden_bits(
      long seed,
      String purpose,
      long task,
      String first,
      String second,
      String third,
      String last) {
    RandomGenerator rng = Streams.stream(seed, purpose, task, 0);
    assertThat(Stream.of(first, second, third, last).map(Double::parseDouble))
        .allSatisfy(golden -> assertThat(rng.nextGaussian()).isEqualTo(golden));
    // the words of these four numbers are used up: the exponential ones follow
    assertThat(rng.nextExponential())
        .isEqualTo(
            switch ((int) seed) {
              case 1 -> 0x1.e26600f50d5adp-3;
              case 3 -> 0x1.4bfc010fbcd78p-2;
              default -> 0x1.4ea891ce369b2p0;
            });
  }

  @Test
  void every_draw_has_a_golden_value() {
    RandomGenerator rng = stream();
    assertThat(rng.nextInt(10)).isEqualTo(2);
    assertThat(rng.nextInt(1 << 20)).isEqualTo(306475);
    assertThat(rng.nextInt(-5, 1000)).isEqualTo(726);
    assertThat(rng.nextInt(Integer.MIN_VALUE, 5)).isEqualTo(-1480559507);
    assertThat(rng.nextLong(1000000007L)).isEqualTo(741231337L);
    assertThat(rng.nextLong(-3, 1L << 40)).isEqualTo(306354973191L);
    assertThat(rng.nextLong(Long.MIN_VALUE, 3)).isEqualTo(-7804628183114056619L);
    assertThat(rng.nextDouble()).isEqualTo(0x1.a0fbbf364461ap-1);
    assertThat(rng.nextDouble(3)).isEqualTo(0x1.00388fd236b2p-3);
    assertThat(rng.nextDouble(-1, 2)).isEqualTo(0x1.b65e07e819222p-1);
    assertThat(rng.nextFloat()).isEqualTo(0x1.b10934p-1f);
    assertThat(rng.nextFloat(3)).isEqualTo(0x1.74e7f8p0f);
    assertThat(rng.nextFloat(1, 5)).isEqualTo(0x1.f65978p0f);
    assertThat(rng.nextBoolean()).isTrue();
    byte[] bytes = new byte[11];
    rng.nextBytes(bytes);
    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("3db848090f7e177febc5e8");
    assertThat(rng.nextGaussian(10, 2)).isEqualTo(0x1.2f561d6a0f8bcp3);
    assertThat(rng.ints(3, 0, 100)).containsExactly(51, 74, 5);
    assertThat(rng.longs(2, 5, 50)).containsExactly(24L, 31L);
    assertThat(rng.doubles(2, 1, 4).sum()).isEqualTo(0x1.dced5d08f92d8p1);
  }

  @Test
  void streams_of_numbers_are_the_numbers_one_by_one() {
    RandomGenerator rng = stream();
    assertThat(stream().ints(9))
        .containsExactlyElementsOf(Stream.generate(rng::nextInt).limit(9).toList());
    RandomGenerator longs = stream();
    assertThat(stream().longs().limit(9))
        .containsExactlyElementsOf(Stream.generate(longs::nextLong).limit(9).toList());
    RandomGenerator doubles = stream();
    assertThat(stream().doubles(9))
        .containsExactlyElementsOf(Stream.generate(doubles::nextDouble).limit(9).toList());
  }

  private static Stream<Runnable> refused() {
    RandomGenerator rng = stream();
    return Stream.of(
        () -> rng.nextInt(0),
        () -> rng.nextInt(3, 3),
        () -> rng.nextLong(-1),
        () -> rng.nextLong(4, 3),
        () -> rng.nextDouble(Double.NaN),
        () -> rng.nextDouble(-Double.MAX_VALUE, Double.MAX_VALUE),
        () -> rng.nextFloat(Float.POSITIVE_INFINITY),
        () -> rng.nextFloat(1, 1),
        () -> rng.nextGaussian(0, -1),
        () -> rng.ints(-1),
        () -> rng.ints(2, 1),
        () -> rng.longs(1, 2, 2),
        () -> rng.doubles(1, 2, 2));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void an_empty_or_infinite_range_is_refused(Runnable draw) {
    assertThatThrownBy(draw::run).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void the_refusal_names_the_value_and_the_range() {
    RandomGenerator rng = stream();
    assertThatThrownBy(() -> rng.nextInt(0)).hasMessage("the bound 0 must be above 0");
    assertThatThrownBy(() -> rng.nextGaussian(0, -1))
        .hasMessage("the standard deviation -1.0 must be at least 0");
    assertThatThrownBy(() -> ((Draws) rng).equiDoubles(0, 1, true, true))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("doubles(origin, bound)");
  }
}
