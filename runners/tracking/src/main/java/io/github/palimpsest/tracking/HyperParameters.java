package io.github.palimpsest.tracking;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.api.tracker.TrackedCell;
import org.tensorflow.proto.SummaryMetadata;

/**
 * The data that TensorBoard's HParams page reads from a run: its parameters and its outcome. No
 * Java library contains TensorBoard's messages for this page, so this class writes them field by
 * field (tensorboard/plugins/hparams/plugin_data.proto). Cells that differ only in their seed form
 * one session group, and the page averages over the group.
 */
final class HyperParameters {
  /** The tags that the page reads. */
  static final String START = "_hparams_/session_start_info";

  static final String END = "_hparams_/session_end_info";

  private static final String PLUGIN = "hparams";

  // HParamsPluginData
  private static final int START_INFO = 3;
  private static final int END_INFO = 4;
  // SessionStartInfo
  private static final int PARAMETERS = 1;
  private static final int GROUP = 4;
  // SessionEndInfo
  private static final int STATUS = 1;
  private static final int SUCCESS = 1;
  private static final int FAILURE = 2;

  private HyperParameters() {}

  /** The data for a run that begins. */
  static SummaryMetadata start(TrackedCell cell) {
    Field.Builder parameters = Field.newBuilder();
    cell.parameters().forEach((name, value) -> parameters.addLengthDelimited(entry(name, value)));
    UnknownFieldSet info =
        UnknownFieldSet.newBuilder()
            .addField(PARAMETERS, parameters.build())
            .addField(GROUP, bytes(ByteString.copyFromUtf8(cell.label())))
            .build();
    return metadata(START_INFO, info);
  }

  /** The data for a run that has ended. */
  static SummaryMetadata end(boolean succeeded) {
    UnknownFieldSet info =
        UnknownFieldSet.newBuilder()
            .addField(STATUS, Field.newBuilder().addVarint(succeeded ? SUCCESS : FAILURE).build())
            .build();
    return metadata(END_INFO, info);
  }

  private static SummaryMetadata metadata(int kind, UnknownFieldSet info) {
    ByteString content =
        UnknownFieldSet.newBuilder()
            .addField(kind, bytes(info.toByteString()))
            .build()
            .toByteString();
    return SummaryMetadata.newBuilder()
        .setPluginData(
            SummaryMetadata.PluginData.newBuilder().setPluginName(PLUGIN).setContent(content))
        .build();
  }

  /** An entry of a map from text to google.protobuf.Value. */
  private static ByteString entry(String name, Value value) {
    return UnknownFieldSet.newBuilder()
        .addField(1, bytes(ByteString.copyFromUtf8(name)))
        .addField(2, bytes(any(value).toByteString()))
        .build()
        .toByteString();
  }

  private static com.google.protobuf.Value any(Value value) {
    com.google.protobuf.Value.Builder any = com.google.protobuf.Value.newBuilder();
    if (value instanceof Value.Num n) {
      return any.setNumberValue(n.value()).build();
    }
    if (value instanceof Value.Flag f) {
      return any.setBoolValue(f.value()).build();
    }
    return any.setStringValue(RecipeSettings.text(value)).build();
  }

  private static Field bytes(ByteString content) {
    return Field.newBuilder().addLengthDelimited(content).build();
  }
}
