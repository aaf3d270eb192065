package io.github.palimpsest.api.optimizer;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A slot whose shape follows from that of each parameter, and whose values before the first step
 * are a constant or follow from the parameter's. For example, of a matrix {@code [m, n]}:
 *
 * <pre>{@code
 * static final Slot L =
 *     Slot.of("L", p -> p.shape().rank() == 2 ? Optional.of(square(p.shape().get(0))) : Optional.empty())
 *         .startingAs((p, w) -> identity(p.shape().get(0)));
 * }</pre>
 *
 * <p>An optimizer declares it in {@link Optimizer#slots()}, reads it with {@link #old} and sets it
 * with {@link Slots#next}. Forecasts of memory use the declaration. Immutable. Rules OPT-28 to
 * OPT-30.
 */
@Experimental(since = "0.2")
public final class Slot {
  /** The values of a slot before the first step of a task, computed on the host. */
  @FunctionalInterface
  public interface Start {
    /**
     * The values for one parameter; a function of the arguments alone.
     *
     * @param p the parameter
     * @param w the parameter's values at the start of the task, row by row
     * @return as many finite numbers as the slot's shape has, row by row
     */
    float[] of(ParameterSpec p, FloatBuffer w);
  }

  private final String name;
  private final Function<ParameterSpec, Optional<Shape>> shape;
  private final float fill;
  private final Optional<Start> start;
  private final boolean float32;

  private Slot(
      String name,
      Function<ParameterSpec, Optional<Shape>> shape,
      float fill,
      Optional<Start> start,
      boolean float32) {
    this.name = name;
    this.shape = shape;
    this.fill = fill;
    this.start = start;
    this.float32 = float32;
  }

  /**
   * A slot of zeros.
   *
   * @param name unique within the optimizer
   * @param shape its shape for a parameter, fully known; empty if the parameter has no such slot
   */
  public static Slot of(String name, Function<ParameterSpec, Optional<Shape>> shape) {
    return new Slot(name, shape, 0, Optional.empty(), false);
  }

  /** A copy whose elements are all {@code fill} before the first step. */
  public Slot filledWith(float fill) {
    return new Slot(name, shape, fill, Optional.empty(), float32);
  }

  /** A copy with these values before the first step. */
  public Slot startingAs(Start values) {
    return new Slot(name, shape, 0, Optional.of(values), float32);
  }

  /**
   * A copy that is only right if its numbers are not rounded, for example sums whose inverse root
   * is taken. A recipe that needs it is refused where slots are stored in another type (rule {@code
   * float32-slots}).
   */
  public Slot onlyInFloat32() {
    return new Slot(name, shape, fill, start, true);
  }

  /** The name, unique within the optimizer. */
  public String name() {
    return name;
  }

  /** The shape for a parameter; empty if the parameter has no such slot. */
  public Optional<Shape> shape(ParameterSpec p) {
    return shape.apply(p);
  }

  /** Every element before the first step, if the slot does not {@linkplain #isComputed compute}. */
  public float fill() {
    return fill;
  }

  /** Whether its values before the first step are computed from each parameter. */
  public boolean isComputed() {
    return start.isPresent();
  }

  /** Whether it must not be stored in another type than float32. */
  public boolean isOnlyInFloat32() {
    return float32;
  }

  /**
   * The values before the first step.
   *
   * @param p a parameter that has the slot
   * @param w the parameter's values at the start of the task, row by row
   * @throws PalimpsestException if they are not as many as the shape says, or not finite; names the
   *     slot and the parameter
   */
  public float[] initial(ParameterSpec p, FloatBuffer w) {
    long size = shape(p).map(Shape::size).orElse(0L);
    if (start.isEmpty()) {
      float[] values = new float[Math.toIntExact(size)];
      Arrays.fill(values, fill);
      return values;
    }
    float[] values = start.get().of(p, w.duplicate());
    if (values.length != size) {
      throw new PalimpsestException(
          "slot '%s' of '%s' starts with %d values, and its shape %s has %d (rule OPT-29)"
              .formatted(name, p.name(), values.length, shape(p).orElse(Shape.of(0)), size));
    }
    for (float x : values) {
      if (!Float.isFinite(x)) {
        throw new PalimpsestException(
            "slot '%s' of '%s' starts with %s, and must start with finite numbers (rule OPT-29)"
                .formatted(name, p.name(), x));
      }
    }
    return values;
  }

  /**
   * The value after the previous step, for each parameter of the context that has the slot.
   *
   * @throws PalimpsestException if the runner cannot keep such slots
   */
  public Tensors old(StepContext c) {
    return c.slots()
        .capability(ShapedSlots.class)
        .orElseThrow(
            () ->
                new PalimpsestException(
                    "slot '" + name + "' has a declared shape, which this runner cannot keep"))
        .old(this, c.specs());
  }

  /** The declared slots of an optimizer and of those that it wraps. */
  public static List<Slot> declared(Component<?> optimizer) {
    List<Slot> all = new ArrayList<>();
    if (optimizer.provider().kind() == Kind.OPTIMIZER
        && optimizer.create() instanceof Optimizer o) {
      all.addAll(o.slots());
    }
    optimizer.nested().values().forEach(c -> all.addAll(declared(c)));
    return all;
  }

  /**
   * The floats in the declared slots of an optimizer and of those that it wraps. An upper bound if
   * a wrapped optimizer is given some of the parameters.
   *
   * @param trained the trained parameters
   */
  public static long floats(Component<?> optimizer, List<ParameterSpec> trained) {
    return declared(optimizer).stream().mapToLong(s -> s.floats(trained)).sum();
  }

  /** The floats in this slot. */
  public long floats(List<ParameterSpec> trained) {
    return trained.stream().mapToLong(p -> shape(p).map(Shape::size).orElse(0L)).sum();
  }

  @Override
  public String toString() {
    return "slot '" + name + "'";
  }
}
