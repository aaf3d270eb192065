package io.github.palimpsest.cli.option;

import java.math.BigDecimal;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A number within a range. Every numeric option is read by one of these, so its range is stated in
 * one place, and a number outside is refused before anything else happens. The command line puts
 * the option's name before the message.
 *
 * @param <N> the type of the option
 */
public abstract sealed class Ranged<N extends Number> implements ITypeConverter<N> {

  /** The accepted numbers, for messages: {@code a whole number from 1 to 9}. */
  public abstract String range();

  /** The smallest and the largest number, in their written form. */
  public abstract BigDecimal least();

  public abstract BigDecimal most();

  /** Whether {@link #least} itself is in the range. */
  public boolean closed() {
    return true;
  }

  /** The number of the option's type. */
  abstract N of(BigDecimal number);

  @Override
  public final N convert(String text) {
    try {
      BigDecimal number = number(text.trim());
      int low = number.compareTo(least());
      if ((closed() ? low >= 0 : low > 0) && number.compareTo(most()) <= 0) {
        return of(number);
      }
    } catch (NumberFormatException e) {
      throw refused(text);
    }
    throw refused(text);
  }

  /** Reads a number. */
  abstract BigDecimal number(String text);

  private TypeConversionException refused(String text) {
    return new TypeConversionException("'" + text + "' must be " + range());
  }

  /** A whole number, both ends included. */
  abstract static sealed class Whole<N extends Number> extends Ranged<N> {
    private static final int LONGEST =
        40; // digits; a number with a million digits takes a minute to read
    private final long least;
    private final long most;

    Whole(long least, long most) {
      this.least = least;
      this.most = most;
    }

    @Override
    public final String range() {
      return "a whole number from " + least + " to " + most;
    }

    @Override
    public final BigDecimal least() {
      return BigDecimal.valueOf(least);
    }

    @Override
    public final BigDecimal most() {
      return BigDecimal.valueOf(most);
    }

    @Override
    final BigDecimal number(String text) {
      if (text.length() > LONGEST || !text.matches("[+-]?[0-9]+")) {
        throw new NumberFormatException(text);
      }
      return new BigDecimal(text);
    }
  }

  /** A finite number. */
  public abstract static sealed class Real extends Ranged<Double> {
    private final double least;
    private final boolean closed;
    private final double most;

    Real(double least, boolean closed, double most) {
      this.least = least;
      this.closed = closed;
      this.most = most;
    }

    @Override
    public final boolean closed() {
      return closed;
    }

    @Override
    public final String range() {
      String from = "a number " + (closed() ? "of at least " : "greater than ") + shown(least);
      if (most == Double.MAX_VALUE) {
        return from;
      }
      boolean open = Math.nextUp(most) == Math.rint(most);
      return from
          + (open ? " and below " + shown(Math.nextUp(most)) : " and at most " + shown(most));
    }

    private static String shown(double end) {
      return end == Math.rint(end) ? Long.toString((long) end) : Double.toString(end);
    }

    @Override
    public final BigDecimal least() {
      return BigDecimal.valueOf(least);
    }

    @Override
    public final BigDecimal most() {
      return BigDecimal.valueOf(most);
    }

    @Override
    final BigDecimal number(String text) {
      double value = Double.parseDouble(text);
      if (!Double.isFinite(value)) {
        throw new NumberFormatException(text);
      }
      return BigDecimal.valueOf(value);
    }

    @Override
    final Double of(BigDecimal number) {
      return number.doubleValue();
    }
  }

  /** A number of at least one. */
  public static final class Count extends Ranged.Ints {
    Count() {
      super(1, Integer.MAX_VALUE);
    }
  }

  /** A number of at least zero. */
  public static final class CountOrNone extends Ranged.Ints {
    CountOrNone() {
      super(0, Integer.MAX_VALUE);
    }
  }

  /** Tokens of an example: one to see and one to predict. */
  public static final class Length extends Ranged.Ints {
    Length() {
      super(2, Integer.MAX_VALUE);
    }
  }

  /** Number of simultaneous processes. */
  public static final class Workers extends Ranged.Ints {
    Workers() {
      super(1, 1024);
    }
  }

  /** Seconds to wait, up to a day. */
  public static final class Seconds extends Ranged.Ints {
    Seconds() {
      super(1, 86_400);
    }
  }

  /** A port of TCP; 0 for any. */
  public static final class Port extends Ranged.Ints {
    Port() {
      super(0, 65_535);
    }
  }

  /** Requests that wait, each with a thread. */
  public static final class Waiting extends Ranged.Ints {
    Waiting() {
      super(1, 4096);
    }
  }

  /** Points along a side, with the range of the probe that draws them. */
  public static final class Side extends Ranged.Ints {
    Side() {
      super(3, 1001);
    }
  }

  /** A whole number of type int. */
  abstract static sealed class Ints extends Whole<Integer> {
    Ints(int least, int most) {
      super(least, most);
    }

    @Override
    final Integer of(BigDecimal number) {
      return number.intValueExact();
    }
  }

  /** A whole number of type long. */
  abstract static sealed class Longs extends Whole<Long> {
    Longs(long least, long most) {
      super(least, most);
    }

    @Override
    final Long of(BigDecimal number) {
      return number.longValueExact();
    }
  }

  /** Steps of a training. */
  public static final class Steps extends Longs {
    Steps() {
      super(1, Integer.MAX_VALUE);
    }
  }

  /** A seed of random numbers. */
  public static final class Seed extends Longs {
    Seed() {
      super(Long.MIN_VALUE, Long.MAX_VALUE);
    }
  }

  /** A size, or 0. */
  public static final class AtLeastZero extends Real {
    AtLeastZero() {
      super(0, true, Double.MAX_VALUE);
    }
  }

  /** A temperature of sampling, with the range of the server; far above 1, all tokens are alike. */
  public static final class Temperature extends Real {
    Temperature() {
      super(0, true, 100);
    }
  }

  /** A size. */
  public static final class AboveZero extends Real {
    AboveZero() {
      super(0, false, Double.MAX_VALUE);
    }
  }

  /** A share that is neither nothing nor all. */
  public static final class Part extends Real {
    Part() {
      super(0, false, Math.nextDown(1.0));
    }
  }

  /** A share greater than 0 and at most 1. */
  public static final class Share extends Real {
    Share() {
      super(0, false, 1);
    }
  }
}
