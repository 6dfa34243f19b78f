// Carries the precompiled header that core and services share (pch.hpp).
