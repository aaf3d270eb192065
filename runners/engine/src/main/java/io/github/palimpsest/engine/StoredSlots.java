package io.github.palimpsest.engine;

import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.Slot;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.engine.device.Placement;
import io.github.palimpsest.engine.weights.AdamKernel;
import io.github.palimpsest.engine.weights.ParameterStore;
import io.github.palimpsest.engine.weights.SlotPlace;
import io.github.palimpsest.engine.weights.SlotStorage;
import io.github.palimpsest.engine.weights.SlotType;
import io.github.palimpsest.engine.weights.StochasticRounding;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TNumber;

/**
 * Slots that are stored in another type than float32, or in another memory than the parameters. A
 * step fetches a slot when the gradient of its parameter exists, computes in float32 on the
 * parameter's device, and stores the new value.
 */
final class StoredSlots {
  private final Ops tf;
  private final ParameterStore store;
  private final SlotStorage storage;
  private final StepFeeds feeds;
  private final Placement placement;
  private final boolean inTurn;
  private List<Op> last = List.of();

  private StoredSlots(
      Ops tf,
      ParameterStore store,
      SlotStorage storage,
      StepFeeds feeds,
      Placement placement,
      boolean inTurn) {
    this.tf = tf;
    this.store = store;
    this.storage = storage;
    this.feeds = feeds;
    this.placement = placement;
    this.inTurn = inTurn;
  }

  /** The slots of one phase; empty if they are variables of float32 with the parameters. */
  static Optional<StoredSlots> of(TaskStart start, TaskGraph task, StepFeeds feeds) {
    SlotStorage storage = start.training().slots();
    boolean offloaded = storage.place() == SlotPlace.HOST && start.device().hasHost();
    return offloaded || storage.type() != SlotType.FLOAT32
        ? Optional.of(
            new StoredSlots(
                task.tf(),
                task.store(),
                storage,
                feeds,
                task.placement(),
                start.training().accumulation() > 1))
        : Optional.empty();
  }

  /** Whether the numbers are rounded when they are stored. */
  boolean isRounded() {
    return storage.type() != SlotType.FLOAT32;
  }

  /**
   * Refuses an optimizer with a slot that must not be rounded, before anything runs.
   *
   * @throws RuleViolationException if it, or one that it wraps, has such a slot and slots are
   *     stored in another type than float32; names both and the rule {@code float32-slots}
   */
  static void check(Component<?> optimizer, SlotStorage storage) {
    if (storage.type() == SlotType.FLOAT32) {
      return;
    }
    if (optimizer.create() instanceof Optimizer o) {
      o.slots().stream()
          .filter(Slot::isOnlyInFloat32)
          .findFirst()
          .ifPresent(
              slot -> {
                throw refused(slot, "'" + optimizer.id() + "'");
              });
    }
    optimizer.nested().values().forEach(c -> check(c, storage));
  }

  /** The refusal of a slot that would be rounded. */
  static RuleViolationException refused(Slot slot, String optimizer) {
    return new RuleViolationException(
        "float32-slots",
        "%s keeps %s, which must not be rounded: it needs slots=float32, not slots=bfloat16 (rule float32-slots)"
            .formatted(optimizer, slot));
  }

  /**
   * The value after the previous step.
   *
   * @param after what must have run before it is fetched
   */
  Operand<TFloat32> old(String variable, Shape shape, float fill, List<Op> after) {
    if (storage.type() == SlotType.BFLOAT16) {
      return tf.dtypes.cast(
          fetched(store.stored(variable, shape, fill, TBfloat16.class), after), TFloat32.class);
    }
    return fetched(store.variable(variable, shape, fill), after);
  }

  /**
   * Where the slots are on the host, it is there that the value waits: it is sent when it exists.
   */
  private <T extends TNumber> Operand<T> fetched(Operand<T> value, List<Op> after) {
    Operand<T> late = tf.withControlDependencies(after).identity(value);
    if (storage.place() == SlotPlace.HOST) {
      placement.onHost(late);
    }
    return late;
  }

  /** An operation that stores a value. */
  Op set(String variable, Operand<TFloat32> value) {
    return storage.type() == SlotType.BFLOAT16
        ? store.set(variable, StochasticRounding.of(tf, value, feeds.rounding(variable)))
        : store.set(variable, value);
  }

  /**
   * Builds the change of a parameter's slots. With accumulation all gradients exist at once; then
   * each change waits for the one before, so that the fetched values of few parameters exist.
   *
   * @param change builds it, to run after some operations
   */
  AdamKernel.Moved inTurn(Function<List<Op>, AdamKernel.Moved> change) {
    AdamKernel.Moved moved = change.apply(inTurn ? last : List.of());
    last = List.of(moved.ofM(), moved.ofV());
    return moved;
  }
}
