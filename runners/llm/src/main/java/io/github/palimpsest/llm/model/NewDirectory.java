package io.github.palimpsest.llm.model;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.decoder.config.FamilyConfig;
import io.github.palimpsest.llm.safetensors.Dtype;
import java.nio.file.Path;

/** Hugging Face directories of models that were not loaded from one. */
public final class NewDirectory {
  private NewDirectory() {}

  /**
   * Saves a model that was not loaded from a folder.
   *
   * @param target must not exist yet
   * @param family the family for loading the model
   * @param weights one tensor for each of the model's parameters, in its layout
   * @param dtype the type of the weights in the file
   * @param tokenizer a folder with {@code tokenizer.json} and the tokenizer's other files
   * @throws PalimpsestException if the folder exists or cannot be written; nothing is left behind
   */
  public static void save(
      Path target,
      FamilyConfig family,
      DecoderModel model,
      WeightSnapshot weights,
      Dtype dtype,
      Path tokenizer) {
    save(target, family, model, weights, dtype, tokenizer, "");
  }

  /**
   * Saves a model with a model card.
   *
   * @param card the content of {@code README.md}; empty for no such file
   */
  public static void save(
      Path target,
      FamilyConfig family,
      DecoderModel model,
      WeightSnapshot weights,
      Dtype dtype,
      Path tokenizer,
      String card) {
    ModelWriter.write(
        target,
        family.write(model.spec()),
        model.spec(),
        HuggingFaceDirectory.turned(model, weights),
        name -> dtype,
        tokenizer,
        card);
  }

  /**
   * Saves a model of which the weights are in the layout of checkpoints.
   *
   * @param target must not exist yet
   * @param family the family for loading the model
   * @param checkpoint one tensor for each of the model's parameters
   * @param dtype the type of the weights in the file
   * @param others a folder with the tokenizer's files and, optionally, {@code
   *     generation_config.json}
   * @throws PalimpsestException if the folder exists or cannot be written, or a number is beyond
   *     the range of the type; nothing is left behind
   */
  public static void saveCheckpoint(
      Path target,
      FamilyConfig family,
      DecoderSpec spec,
      WeightSnapshot checkpoint,
      Dtype dtype,
      Path others) {
    ModelWriter.write(target, family.write(spec), spec, checkpoint, name -> dtype, others, "");
  }
}
