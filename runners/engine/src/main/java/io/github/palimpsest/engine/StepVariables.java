package io.github.palimpsest.engine;

import io.github.palimpsest.engine.differentiation.FreeNorm;
import io.github.palimpsest.engine.weights.Fills;
import io.github.palimpsest.engine.weights.ParameterStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.tensorflow.Operation;
import org.tensorflow.op.Op;

/**
 * What the variables of a step with accumulation hold, call after call, so that they take as little
 * memory as the step allows: the sums of a call from its beginning until nothing reads them any
 * more, and likewise its point. SAM's first gradient is needed until its point is stored.
 *
 * @param calls what to run before the micro-batches of each call
 * @param release to be run before the update
 * @param left to be run after the update has read its values
 * @param floats the most numbers that these variables hold at once
 */
record StepVariables(List<Before> calls, List<Op> release, List<Op> left, long floats) {
  /**
   * Before a call.
   *
   * @param point stores its point and gives up what is not needed any more
   * @param frees the names of the variables that are given up
   * @param zeros begins its sums
   */
  record Before(List<Op> point, List<String> frees, Fills zeros) {}

  /** Of a step without accumulation. */
  static final StepVariables NONE = new StepVariables(List.of(), List.of(), List.of(), 0);

  /**
   * The variables of a phase.
   *
   * @param calls the calls, in order
   * @param update the operations of the update
   */
  static StepVariables of(
      ParameterStore store, List<OracleCall> calls, Collection<? extends Op> update) {
    List<List<String>> frees = new ArrayList<>();
    Set<String> gone = new HashSet<>();
    List<Op> release = new ArrayList<>();
    List<Op> left = new ArrayList<>();
    // from the last to the first: what runs after a point is stored
    List<Op> later = new ArrayList<>(update);
    Set<Operation> byUpdate = FreeNorm.runBy(update);
    for (int c = calls.size() - 1; c >= 0; c--) {
      OracleCall call = calls.get(c);
      later.addAll(call.accumulate());
      call.search().ifPresent(s -> later.add(s.rise()));
      Set<Operation> needed = call.point().isEmpty() ? Set.of() : FreeNorm.runBy(later);
      frees.add(
          0,
          calls.subList(0, call.point().isEmpty() ? 0 : c).stream()
              .flatMap(StepVariables::names)
              .filter(n -> !needed.contains(store.read(n).op()))
              .toList());
      later.addAll(call.point());
      names(call)
          .forEach(
              n -> (byUpdate.contains(store.read(n).op()) ? left : release).add(store.left(n)));
    }
    List<Before> before = new ArrayList<>();
    long now = 0;
    long most = 0;
    for (int c = 0; c < calls.size(); c++) {
      List<String> free = frees.get(c).stream().filter(gone::add).toList();
      List<Op> point = new ArrayList<>(calls.get(c).point());
      free.forEach(n -> point.add(store.left(n)));
      Accumulators own = calls.get(c).sums().orElseThrow();
      before.add(new Before(point, free, store.fills(own.gradient(""))));
      now +=
          names(calls.get(c)).mapToLong(store::floatsOf).sum()
              - free.stream().mapToLong(store::floatsOf).sum();
      most = Math.max(most, now);
    }
    return new StepVariables(before, release, left, most);
  }

  private static Stream<String> names(OracleCall call) {
    Accumulators own = call.sums().orElseThrow();
    return Stream.concat(own.gradients().stream(), own.points().stream());
  }
}
