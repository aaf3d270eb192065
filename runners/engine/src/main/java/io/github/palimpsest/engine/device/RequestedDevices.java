package io.github.palimpsest.engine.device;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_SetRequestedDevice;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.internal.c_api.TF_Graph;

/**
 * Requests devices for operations that exist. The Java API can name a device only while it builds
 * an operation, and the runtime builds gradients itself; the C API can do it later, but the Java
 * API hides the handle that this takes.
 */
final class RequestedDevices {
  private static final VarHandle HANDLE = handle();

  private final TF_Graph graph;

  RequestedDevices(Graph graph) {
    this.graph = (TF_Graph) HANDLE.get(graph);
  }

  private static VarHandle handle() {
    try {
      return MethodHandles.privateLookupIn(Graph.class, MethodHandles.lookup())
          .findVarHandle(Graph.class, "nativeHandle", TF_Graph.class);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this version of TensorFlow Java has no graph handle", e);
    }
  }

  /** The operation must not have run yet. */
  void set(GraphOperation op, String device) {
    TF_SetRequestedDevice(graph, op.getUnsafeNativeHandle(), device);
  }
}
