"""The retryable steps that flows are made of."""

import gc

# A process that runs steps imports half a million objects, which stay until it ends with its run. Looking through them
# again and again for garbage took a third of the time that our half of them needs.
gc.freeze()
gc.set_threshold(50_000, 20, 20)
