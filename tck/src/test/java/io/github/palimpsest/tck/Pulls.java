package io.github.palimpsest.tck;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.regularizer.LossPoint;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import io.github.palimpsest.tck.subject.AlteredRegularizer;
import io.github.palimpsest.tck.subject.AlteredRegularizer.Change;
import io.github.palimpsest.tck.subject.QuadraticPull;
import io.github.palimpsest.tck.subject.QuadraticPull.Mistake;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Regularizers with a quadratic pull to an anchor in them, most of them altered. */
final class Pulls {
  private Pulls() {}

  static final Setting<Double> LAMBDA = Setting.real("lambda", 10, 0, Double.MAX_VALUE, "strength");

  static final Setting<Double> ALPHA =
      Setting.real("alpha", 0.5, 0, 1, "a share of something else");

  static final Setting<Double> SHARE = Setting.real("weight", 0.5, 0, 1, "a share of this");

  static final Set<Promise> USUAL = Promise.usual(Kind.REGULARIZER);

  static Stub.OfRegularizer pull(double snapshots, Mistake... mistakes) {
    return new Stub.OfRegularizer(
        Cost.NONE.snapshots(snapshots),
        List.of(LAMBDA),
        USUAL,
        s -> new QuadraticPull(s.get(LAMBDA), mistakes));
  }

  /** A strength of another name that cannot be 0. */
  static Stub.OfRegularizer stiff(Mistake... mistakes) {
    Setting<Double> stiffness = Setting.real("stiffness", 40, 0.001, 1e6, "strength");
    return new Stub.OfRegularizer(
        Cost.NONE.snapshots(2),
        List.of(ALPHA, stiffness),
        USUAL,
        s -> new QuadraticPull(s.get(stiffness), mistakes));
  }

  static Stub.OfRegularizer pull(Change change) {
    return new Stub.OfRegularizer(
        Cost.NONE.snapshots(2),
        List.of(LAMBDA),
        USUAL,
        s -> AlteredRegularizer.penalty(new QuadraticPull(s.get(LAMBDA)), change));
  }

  static Stub.OfRegularizer without(Promise withdrawn, Mistake... mistakes) {
    return new Stub.OfRegularizer(
        Cost.NONE.snapshots(2),
        List.of(LAMBDA),
        Promise.usualWithout(Kind.REGULARIZER, withdrawn),
        s -> new QuadraticPull(s.get(LAMBDA), mistakes));
  }

  /** A strength that multiplies the penalty so many times. */
  static Stub.OfRegularizer weighted(Setting<Double> by, int times) {
    return new Stub.OfRegularizer(
        Cost.NONE.snapshots(2),
        List.of(by),
        USUAL,
        s -> new QuadraticPull(Math.pow(s.get(by), times)));
  }

  /** Another importance than the mean squared gradient of each example by itself. */
  static Stub.OfRegularizer importance(UnaryOperator<FinishedTask> task) {
    return new Stub.OfRegularizer(
        Cost.NONE.snapshots(2),
        List.of(LAMBDA),
        USUAL,
        s ->
            site ->
                new AlteredRegularizer(new QuadraticPull(s.get(LAMBDA)).bind(site)) {
                  @Override
                  public void afterTask(FinishedTask finished) {
                    super.afterTask(task.apply(finished));
                  }
                });
  }

  /** A value of 0 and a slope of 1 everywhere. */
  static Operand<TFloat32> slope(Ops tf, LossPoint point) {
    Operand<TFloat32> x = point.at().tensors().sum(tf);
    return tf.math.sub(x, tf.stopGradient(x));
  }

  static Operand<TFloat32> afterATask(
      RegularizerSite site, Operand<TFloat32> good, Operand<TFloat32> more) {
    return site.finishedTasks() == 0 ? good : site.tf().math.add(good, more);
  }

  static Stub.OfRegularizer sharing(Regularizer one) {
    return new Stub.OfRegularizer(Cost.NONE.snapshots(2), List.of(), USUAL, s -> one);
  }

  /** A penalty that grows with each call in a graph. */
  static Stub.OfRegularizer withCalls() {
    return new Stub.OfRegularizer(
        Cost.NONE.snapshots(2),
        List.of(LAMBDA),
        USUAL,
        s ->
            site ->
                new AlteredRegularizer(new QuadraticPull(s.get(LAMBDA)).bind(site)) {
                  private int calls;

                  @Override
                  public Operand<TFloat32> penalty(LossPoint point) {
                    return site.tf()
                        .math
                        .mul(super.penalty(point), site.tf().constant((float) ++calls));
                  }
                });
  }

  /** Value and slope are larger by different shares. */
  static Stub.OfRegularizer off(double value, double slope) {
    return pull(
        (site, point, p) -> {
          Ops tf = site.tf();
          Operand<TFloat32> more = tf.math.mul(p, tf.constant((float) slope));
          Operand<TFloat32> shift = tf.math.mul(p, tf.constant((float) (value - slope)));
          return tf.math.add(p, tf.math.add(more, tf.stopGradient(shift)));
        });
  }

  /** Adds a pull to 0 on behalf of the rehearsed examples of the batch. */
  static Operand<TFloat32> moreWhereRehearsed(
      RegularizerSite site, LossPoint point, Operand<TFloat32> p) {
    Ops tf = site.tf();
    return point
        .rehearsed()
        .<Operand<TFloat32>>map(
            r -> {
              Operand<TFloat32> share = tf.math.mean(r, tf.constant(0));
              Operand<TFloat32> square = point.at().tensors().dot(tf, point.at().tensors());
              return tf.math.add(p, tf.math.mul(share, square));
            })
        .orElse(p);
  }
}
