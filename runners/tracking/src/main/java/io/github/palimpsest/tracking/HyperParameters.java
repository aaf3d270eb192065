package io.github.palimpsest.tracking;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.results.folder.CellHistory;
import org.tensorflow.proto.SummaryMetadata;

/**
 * What TensorBoard's HParams page reads of a run: its parameters and how it ended. Its messages are
 * TensorBoard's own and in no Java library, so they are written field by field
 * (tensorboard/plugins/ hparams/plugin_data.proto). Cells that differ in their seed alone are one
 * session group, over which the page averages.
 */
final class HyperParameters {
  /** The tags that the page looks for. */
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

  /** Of a run that begins. */
  static SummaryMetadata start(CellHistory.Planned cell) {
    Field.Builder parameters = Field.newBuilder();
    RecipeSettings.of(cell)
        .forEach((name, value) -> parameters.addLengthDelimited(entry(name, value)));
    UnknownFieldSet info =
        UnknownFieldSet.newBuilder()
            .addField(PARAMETERS, parameters.build())
            .addField(GROUP, bytes(ByteString.copyFromUtf8(cell.label())))
            .build();
    return metadata(START_INFO, info);
  }

  /** Of a run that has ended. */
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
