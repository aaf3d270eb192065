package io.github.palimpsest.llm.model;

import io.github.palimpsest.api.model.DecoderPart;
import io.github.palimpsest.api.model.TensorNames;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.llm.safetensors.StoredWeights;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The tensors of a checkpoint that leaves out the first part of each name: {@code wte.weight} for
 * {@code transformer.wte.weight}. transformers writes such files for a model without its head, and
 * the first checkpoints of GPT-2 are of this kind.
 *
 * @param checkpoint the tensors under their names in the files
 * @param inFile the name in the files of each whole name
 */
record WholeNames(StoredWeights checkpoint, SortedMap<String, String> inFile)
    implements StoredWeights {
  /**
   * The checkpoint under the names of the family: itself, unless none of its names begins with the
   * part that the family's embedding and last norm begin with, and the embedding is there without
   * it.
   */
  static StoredWeights of(StoredWeights checkpoint, TensorNames names) {
    String embedding = names.of(DecoderPart.EMBEDDING, 0);
    String first = embedding.substring(0, embedding.indexOf('.') + 1);
    boolean shared = !first.isEmpty() && names.of(DecoderPart.FINAL_NORM, 0).startsWith(first);
    boolean bare =
        shared
            && checkpoint.names().contains(embedding.substring(first.length()))
            && checkpoint.names().stream().noneMatch(n -> n.startsWith(first));
    if (!bare) {
      return checkpoint;
    }
    String head = names.of(DecoderPart.HEAD, 0);
    TreeMap<String, String> inFile = new TreeMap<>();
    checkpoint.names().forEach(n -> inFile.put(n.equals(head) ? n : first + n, n));
    return new WholeNames(checkpoint, inFile);
  }

  @Override
  public SortedSet<String> names() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(inFile.keySet()));
  }

  @Override
  public Shape shape(String name) {
    return checkpoint.shape(own(name));
  }

  @Override
  public FloatBuffer read(String name) {
    return checkpoint.read(own(name));
  }

  @Override
  public String dtype(String name) {
    return checkpoint.dtype(own(name));
  }

  private String own(String name) {
    String own = inFile.get(name);
    if (own == null) {
      throw new IllegalArgumentException("no tensor '" + name + "' in the checkpoint");
    }
    return own;
  }
}
