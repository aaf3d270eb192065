package io.github.palimpsest.api.model;

import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** A {@link Forward} pass as a value. */
record Pass(
    Operand<TFloat32> lossPerExample,
    Operand<TFloat32> weightPerExample,
    Operand<TFloat32> logits,
    Operand<TFloat32> weightPerPrediction,
    Optional<Operand<TInt32>> labels,
    Optional<Classes> classes)
    implements Forward {
  @Override
  public Forward weighing(Operand<TFloat32> predictions) {
    return new Pass(lossPerExample, weightPerExample, logits, predictions, labels, classes);
  }

  @Override
  public Forward predicting(Operand<TInt32> wanted) {
    return new Pass(
        lossPerExample,
        weightPerExample,
        logits,
        weightPerPrediction,
        Optional.of(wanted),
        classes);
  }

  @Override
  public Forward classifying(Classes columns) {
    return new Pass(
        lossPerExample,
        weightPerExample,
        logits,
        weightPerPrediction,
        labels,
        Optional.of(columns));
  }
}
