package io.github.palimpsest.api;

import io.github.palimpsest.api.recipe.RecipeText;
import io.github.palimpsest.api.recipe.Value;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Random recipes that text can hold, odd ones more often than usual ones. */
public final class RandomRecipes {
  private static final String FIRST = "abcxyzABCXYZ";
  private static final String REST = FIRST + "0189-_.";
  private static final String[] ODD_TEXT = {
    "\"",
    "\\",
    "\n",
    "\t",
    "\\n",
    "a",
    " ",
    ",",
    "(",
    ")",
    "[",
    "]",
    "+",
    "|",
    "=",
    "\u00e9",
    "\r",
    "\uD83D\uDE00",
    "\u0000"
  };
  private static final double[] ODD_NUMBERS = {
    0,
    -0.0,
    1,
    -1,
    0.1,
    1e7,
    9_999_999,
    10_000_001,
    9_999_999.5,
    1e-3,
    9.99e-4,
    1.0 / 3,
    2e-3,
    2e23,
    1e23,
    Double.MIN_VALUE,
    Double.MIN_NORMAL,
    Double.MAX_VALUE,
    -Double.MAX_VALUE,
    0x1p-44,
    Long.MAX_VALUE,
    Integer.MIN_VALUE
  };
  private final RandomGenerator rng;

  public RandomRecipes(RandomGenerator rng) {
    this.rng = rng;
  }

  public RecipeText recipe() {
    return new RecipeText(calls(1 + rng.nextInt(4)), calls(rng.nextInt(3)));
  }

  private List<Value.Call> calls(int count) {
    return IntStream.range(0, count).mapToObj(i -> call(4)).toList();
  }

  private Value.Call call(int depth) {
    TreeMap<String, Value> arguments = new TreeMap<>();
    for (int i = rng.nextInt(4); i > 0; i--) {
      arguments.put(name(), value(depth - 1));
    }
    return new Value.Call(name(), arguments);
  }

  private Value value(int depth) {
    return switch (rng.nextInt(depth > 0 ? 6 : 4)) {
      case 0, 1 -> new Value.Num(number());
      case 2 -> new Value.Flag(rng.nextBoolean());
      case 3 -> new Value.Text(text());
      case 4 -> call(depth);
      default ->
          new Value.Items(
              IntStream.range(0, rng.nextInt(4)).mapToObj(i -> value(depth - 1)).toList());
    };
  }

  private double number() {
    return switch (rng.nextInt(4)) {
      case 0 -> ODD_NUMBERS[rng.nextInt(ODD_NUMBERS.length)];
      case 1 -> rng.nextInt(2000) / 1000.0;
      case 2 -> rng.nextInt();
      default ->
          Stream.generate(() -> Double.longBitsToDouble(rng.nextLong()))
              .filter(Double::isFinite)
              .findFirst()
              .orElseThrow();
    };
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int i = rng.nextInt(6); i > 0; i--) {
      text.append(ODD_TEXT[rng.nextInt(ODD_TEXT.length)]);
    }
    return text.toString();
  }

  private String name() {
    StringBuilder name = new StringBuilder().append(FIRST.charAt(rng.nextInt(FIRST.length())));
    for (int i = rng.nextInt(5); i > 0; i--) {
      name.append(REST.charAt(rng.nextInt(REST.length())));
    }
    return name.toString();
  }
}
