package io.github.palimpsest.api.optimizer;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.parameter.Params;
import java.util.function.UnaryOperator;

/**
 * A subset of a step's examples, as a request to a {@link GradientOracle}. The selection depends on
 * an example's place in the whole step's batch, counted from 0, or on its loss, and never on the
 * division of the batch into micro-batches (rule CON-16).
 */
@Experimental(since = "0.1")
public sealed interface Examples {
  /** Every example of the step. */
  Places ALL = new Places(0, 1, 1);

  /**
   * One of several parts of nearly equal size that together contain all of these examples.
   *
   * @param index the number of the part, from 0 to {@code count - 1}
   * @param count the number of parts
   */
  Examples part(int index, int count);

  /**
   * A share of these examples, evenly spread; at least one example.
   *
   * @param share above 0 and up to 1
   */
  Examples share(double share);

  /**
   * The examples whose loss per target token rises most from one point to another. Examples with
   * equal rises are all selected or all left out.
   *
   * @param share the selected share, above 0 and up to 1, rounded up
   */
  Examples rising(double share, Params from, Params to);

  /** A copy with every point that the selection depends on replaced. */
  Examples at(UnaryOperator<Params> point);

  /** The approximate share of the step's examples. */
  double fraction();

  /** The cost of a request for these examples, in passes over the whole step's batch. */
  double passes();

  /**
   * Examples by their place: an evenly spread share of the places {@code index, index + count,
   * index + 2 count, ...}, starting with the first.
   *
   * @param index the first place
   * @param count the distance to the next
   * @param share the selected share of these places
   */
  record Places(int index, int count, double share) implements Examples {
    /**
     * @throws IllegalArgumentException if the index is not from 0 to count - 1, or the share not
     *     above 0 and up to 1
     */
    public Places {
      if (index < 0 || index >= count) {
        throw new IllegalArgumentException("part " + index + " of " + count + " parts");
      }
      requireShare(share);
    }

    /** Whether the example at this place of the step is one of them. */
    public boolean hold(long place) {
      long q = Math.floorDiv(place, count);
      return place % count == index && Math.ceil((q + 1) * share) > Math.ceil(q * share);
    }

    @Override
    public Places part(int which, int parts) {
      if (which < 0 || which >= parts) {
        throw new IllegalArgumentException("part " + which + " of " + parts + " parts");
      }
      return new Places(index + count * which, count * parts, share);
    }

    @Override
    public Places share(double some) {
      return new Places(index, count, share * some);
    }

    @Override
    public Rising rising(double some, Params from, Params to) {
      return new Rising(this, some, from, to);
    }

    @Override
    public Places at(UnaryOperator<Params> point) {
      return this;
    }

    @Override
    public double fraction() {
      return share / count;
    }

    @Override
    public double passes() {
      return fraction();
    }
  }

  /**
   * Examples by the rise of their loss.
   *
   * @param among the examples to select from
   * @param share the selected share of these
   * @param from the point from which the loss rises; it was evaluated before, so its forward pass
   *     exists
   * @param to the point to which it rises
   */
  record Rising(Places among, double share, Params from, Params to) implements Examples {
    /**
     * @throws IllegalArgumentException if the share is not above 0 and up to 1
     */
    public Rising {
      requireShare(share);
    }

    /** How many of n examples these are, before equal rises are counted. */
    public int size(int n) {
      return (int) Math.ceil(share * n);
    }

    @Override
    public Rising part(int which, int parts) {
      return new Rising(among.part(which, parts), share, from, to);
    }

    @Override
    public Rising share(double some) {
      return new Rising(among, share * some, from, to);
    }

    @Override
    public Rising rising(double some, Params lower, Params upper) {
      return new Rising(among, share * some, lower, upper);
    }

    @Override
    public Rising at(UnaryOperator<Params> point) {
      return new Rising(among, share, point.apply(from), point.apply(to));
    }

    @Override
    public double fraction() {
      return among.fraction() * share;
    }

    /** One forward pass over {@code among} to find them, and a pass over them. */
    @Override
    public double passes() {
      return among.fraction() * FORWARD + fraction();
    }
  }

  /**
   * The cost of a forward pass alone: about a third, because two of three products are in the
   * backward pass.
   */
  double FORWARD = 1.0 / 3;

  private static void requireShare(double share) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("share " + share + " must be above 0 and at most 1");
    }
  }
}
