package io.github.palimpsest.llm.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hipparchus.random.MersenneTwister;

/**
 * The examples before a question.
 *
 * @param number how many, 0 or more
 * @param splits where they come from; the first split that is there is used
 * @param order which of the records
 * @param separator the text after each example
 * @param delimiter the text between context and answer in an example; empty for that of the task
 * @param apart whether the example that equals the question is left out
 */
public record Shots(
    int number,
    List<String> splits,
    Order order,
    String separator,
    Optional<String> delimiter,
    boolean apart) {
  /** The seed of the harness's command line. */
  public static final int SEED = 1234;

  /** Copies the list. */
  public Shots {
    splits = List.copyOf(splits);
  }

  /** Which records are examples. */
  public enum Order {
    /** The first ones, for each question. */
    FIRST,
    /** Drawn again for each question. */
    RANDOM;

    @Override
    public String toString() {
      return this == FIRST ? "first" : "random";
    }
  }

  /** A copy with another number of examples. */
  public Shots with(int other) {
    return new Shots(other, splits, order, separator, delimiter, apart);
  }

  /** A copy that leaves out the example that equals the question. */
  public Shots without() {
    return new Shots(number, splits, order, separator, delimiter, true);
  }

  /** Starts to draw: one draw per question, in the order of the questions. */
  Draw draw(int pool) {
    return new Draw(this, pool);
  }

  /**
   * Draws as the harness does, which uses one {@code random.Random(1234)} for a task: Python's
   * {@code sample} over the Mersenne Twister.
   */
  static final class Draw {
    private final Shots shots;
    private final int pool;
    private final MersenneTwister random = new MersenneTwister(new int[] {SEED});

    private Draw(Shots shots, int pool) {
      this.shots = shots;
      this.pool = pool;
    }

    /** How many records must be there. */
    int needed() {
      boolean one = shots.apart && shots.number > 0;
      return shots.number + (one ? 1 : 0);
    }

    /** The places of candidates for the next question, of which the first that differ are used. */
    List<Integer> next() {
      if (shots.number == 0) {
        return List.of();
      }
      if (shots.order == Order.FIRST) {
        List<Integer> first = new ArrayList<>();
        for (int i = 0; i < needed(); i++) {
          first.add(i);
        }
        return first;
      }
      return sample(needed());
    }

    /** Python's {@code random.sample(range(pool), k)}. */
    List<Integer> sample(int k) {
      int setSize = 21;
      if (k > 5) {
        setSize += (int) Math.pow(4, Math.ceil(Math.log(k * 3) / Math.log(4)));
      }
      List<Integer> result = new ArrayList<>();
      if (pool <= setSize) {
        int[] left = new int[pool];
        for (int i = 0; i < pool; i++) {
          left[i] = i;
        }
        for (int i = 0; i < k; i++) {
          int j = below(pool - i);
          result.add(left[j]);
          left[j] = left[pool - i - 1];
        }
        return result;
      }
      while (result.size() < k) {
        int j = below(pool);
        if (!result.contains(j)) {
          result.add(j);
        }
      }
      return result;
    }

    private int below(int n) {
      int bits = Integer.SIZE - Integer.numberOfLeadingZeros(n);
      int r;
      do {
        r = random.nextInt() >>> (Integer.SIZE - bits);
      } while (r >= n);
      return r;
    }
  }
}
