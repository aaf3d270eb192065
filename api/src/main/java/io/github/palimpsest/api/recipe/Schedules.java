package io.github.palimpsest.api.recipe;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.Stable;
import java.util.Set;
import java.util.TreeMap;

/**
 * The schedules that recipes can name: a plain number, {@code constant(value, warmup)}, {@code
 * linear(peak, warmup, end)} and {@code cosine(peak, warmup, end)}.
 *
 * <p>{@code warmup} below 1 is a share of the task's steps, rounded to the nearest whole step;
 * otherwise it is a whole number of steps. During these W steps the value rises linearly, {@code
 * peak * (t + 1) / W} at step t counted from 0. With T steps in all and progress {@code p = (t - W)
 * / max(1, T - W)}, the value is then
 *
 * <ul>
 *   <li>constant: {@code peak}
 *   <li>linear: {@code peak + (end - peak) p}
 *   <li>cosine: {@code end + (peak - end) (1 + cos(pi p)) / 2} (Loshchilov and Hutter 2017,
 *       arXiv:1608.03983)
 * </ul>
 */
@Stable(since = "0.1")
public final class Schedules {
  private Schedules() {}

  /** A schedule that recipe text can express. */
  public sealed interface Named extends Schedule permits Constant, Linear, Cosine {
    /** The value right after the warm-up. */
    double peak();

    /** The value that is reached after the last step. */
    double end();

    /** Warm-up steps, or a share of all steps if below 1. */
    double warmup();

    /** The recipe text of this schedule. */
    Value toValue();
  }

  /**
   * @param peak the value after the warm-up
   * @param warmup steps, or a share of all steps if below 1
   */
  public record Constant(double peak, double warmup) implements Named {
    /**
     * @throws PalimpsestException if a number is not finite or the warm-up is no number of steps
     */
    public Constant {
      check(peak, warmup, peak);
    }

    @Override
    public double end() {
      return peak;
    }

    @Override
    public double at(long step, long totalSteps) {
      return warming(this, step, totalSteps) ? warmed(this, step, totalSteps) : peak;
    }

    @Override
    public Value toValue() {
      return warmup == 0 ? new Value.Num(peak) : call("constant", "value", peak, warmup, 0);
    }
  }

  /**
   * @param peak the value after the warm-up
   * @param warmup steps, or a share of all steps if below 1
   * @param end the value after the last step
   */
  public record Linear(double peak, double warmup, double end) implements Named {
    /**
     * @throws PalimpsestException if a number is not finite or the warm-up is no number of steps
     */
    public Linear {
      check(peak, warmup, end);
    }

    @Override
    public double at(long step, long totalSteps) {
      return warming(this, step, totalSteps)
          ? warmed(this, step, totalSteps)
          : peak + (end - peak) * progress(this, step, totalSteps);
    }

    @Override
    public Value toValue() {
      return call("linear", "peak", peak, warmup, end);
    }
  }

  /**
   * @param peak the value after the warm-up
   * @param warmup steps, or a share of all steps if below 1
   * @param end the value after the last step
   */
  public record Cosine(double peak, double warmup, double end) implements Named {
    /**
     * @throws PalimpsestException if a number is not finite or the warm-up is no number of steps
     */
    public Cosine {
      check(peak, warmup, end);
    }

    @Override
    public double at(long step, long totalSteps) {
      return warming(this, step, totalSteps)
          ? warmed(this, step, totalSteps)
          : end + (peak - end) * (1 + Math.cos(Math.PI * progress(this, step, totalSteps))) / 2;
    }

    @Override
    public Value toValue() {
      return call("cosine", "peak", peak, warmup, end);
    }
  }

  /**
   * Reads a schedule.
   *
   * @throws PalimpsestException if the value is neither a number nor one of the named schedules, or
   *     an argument is unknown or out of range
   */
  public static Named parse(Value value) {
    if (value instanceof Value.Num number) {
      return new Constant(number.value(), 0);
    }
    if (!(value instanceof Value.Call call)) {
      throw new PalimpsestException(
          value + " is not a schedule: a number, constant(...), linear(...) or cosine(...)");
    }
    return switch (call.name()) {
      case "constant" -> {
        Arguments a = new Arguments(call, Set.of("value", "warmup"));
        yield new Constant(a.required("value"), a.or("warmup", 0));
      }
      case "linear" -> {
        Arguments a = new Arguments(call, Set.of("peak", "warmup", "end"));
        yield new Linear(a.required("peak"), a.or("warmup", 0), a.or("end", 0));
      }
      case "cosine" -> {
        Arguments a = new Arguments(call, Set.of("peak", "warmup", "end"));
        yield new Cosine(a.required("peak"), a.or("warmup", 0), a.or("end", 0));
      }
      default ->
          throw new PalimpsestException(
              "unknown schedule '"
                  + call.name()
                  + "'"
                  + NearestName.hint(call.name(), Set.of("constant", "linear", "cosine")));
    };
  }

  private record Arguments(Value.Call call, Set<String> known) {
    Arguments {
      for (String key : call.arguments().keySet()) {
        if (!known.contains(key)) {
          throw new PalimpsestException(
              "unknown argument '" + key + "' of " + call.name() + NearestName.hint(key, known));
        }
      }
    }

    double required(String key) {
      if (!call.arguments().containsKey(key)) {
        throw new PalimpsestException("schedule " + call + " needs " + key + "=...");
      }
      return or(key, 0);
    }

    double or(String key, double otherwise) {
      Value v = call.arguments().get(key);
      if (v == null) {
        return otherwise;
      }
      if (v instanceof Value.Num n) {
        return n.value();
      }
      throw new PalimpsestException(
          "argument " + key + "=" + v + " of schedule " + call.name() + " must be a number");
    }
  }

  private static void check(double peak, double warmup, double end) {
    if (!Double.isFinite(peak) || !Double.isFinite(end)) {
      throw new PalimpsestException(
          "a schedule from " + peak + " to " + end + " needs finite numbers");
    }
    boolean whole = warmup == Math.rint(warmup);
    if (!(warmup >= 0) || Double.isInfinite(warmup) || (warmup > 1 && !whole)) {
      throw new PalimpsestException(
          "warmup=" + warmup + " must be a whole number of steps, or a share of them below 1");
    }
  }

  private static double warmupSteps(Named s, long totalSteps) {
    return s.warmup() < 1 ? Math.rint(s.warmup() * totalSteps) : s.warmup();
  }

  private static boolean warming(Named s, long step, long totalSteps) {
    return step < warmupSteps(s, totalSteps);
  }

  private static double warmed(Named s, long step, long totalSteps) {
    return s.peak() * (step + 1) / warmupSteps(s, totalSteps);
  }

  private static double progress(Named s, long step, long totalSteps) {
    double w = warmupSteps(s, totalSteps);
    return Math.min(1, (step - w) / Math.max(1, totalSteps - w));
  }

  private static Value call(String name, String peakKey, double peak, double warmup, double end) {
    TreeMap<String, Value> arguments = new TreeMap<>();
    arguments.put(peakKey, new Value.Num(peak));
    if (warmup != 0) {
      arguments.put("warmup", new Value.Num(warmup));
    }
    if (end != 0) {
      arguments.put("end", new Value.Num(end));
    }
    return new Value.Call(name, arguments);
  }
}
